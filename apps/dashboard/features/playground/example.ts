/** The document that the product is built around: one tool stays usable but capped, everything else is denied. */
export const EXAMPLE = `{
  "version": "1",
  "default": "deny",
  "tools": {
    "image_to_image": {
      "limits": [
        {
          "counter": "image_to_image_rate",
          "window": "minute",
          "max": 30,
          "scope": "grant"
        }
      ]
    }
  }
}`;
