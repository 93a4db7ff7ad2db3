/** Parses `TOOLGATE_EGRESS_ALLOW`: `host:port` pairs with commas between them. @throws with one sentence for a person. */
export function parseAllowList(text: string): string[] {
  const places = text
    .split(',')
    .map((place) => place.trim().toLowerCase())
    .filter(Boolean);
  for (const place of places) {
    const port = /^(?:\[[0-9a-f:.]+\]|[^\s:/@?#*]+):(\d{1,5})$/.exec(place)?.[1];
    if (!port || Number(port) < 1 || Number(port) > 65_535) {
      throw new Error(`"${place}" is not a host and a port, such as 127.0.0.1:3101.`);
    }
  }
  return places;
}
