/** The three tools, with the very names, descriptions and schemas of wavespeed-mcp 0.1.26, so that policies written for it fit. */
import type { Tool } from '@modelcontextprotocol/sdk/types.js';

export type ToolName = 'text_to_image' | 'image_to_image' | 'generate_video';

/** Each makes something new and changes nothing that exists; made twice, it is made (and billed) twice. */
const ANNOTATIONS = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true };

export const WAVESPEED_TOOLS: (Tool & { name: ToolName })[] = [
  {
    name: 'text_to_image',
    description: 'Generate an image from a text prompt using WaveSpeed AI.',
    inputSchema: {
      type: 'object',
      required: ['prompt'],
      properties: {
        prompt: {
          type: 'string',
        },
        model: {
          anyOf: [
            {
              type: 'string',
            },
            {
              type: 'null',
            },
          ],
          default: null,
        },
        loras: {
          anyOf: [
            {
              type: 'array',
              items: {
                type: 'object',
                additionalProperties: {
                  anyOf: [
                    {
                      type: 'string',
                    },
                    {
                      type: 'number',
                    },
                  ],
                },
              },
            },
            {
              type: 'null',
            },
          ],
          default: null,
        },
        size: {
          type: 'string',
          default: '1024*1024',
        },
        num_inference_steps: {
          type: 'integer',
          default: 28,
        },
        guidance_scale: {
          type: 'number',
          default: 3.5,
        },
        num_images: {
          type: 'integer',
          default: 1,
        },
        seed: {
          type: 'integer',
          default: -1,
        },
        enable_safety_checker: {
          type: 'boolean',
          default: true,
        },
        output_directory: {
          type: 'string',
          default: null,
        },
        request_id: {
          type: 'string',
          default: null,
        },
      },
    },
    annotations: { title: 'Text to image', ...ANNOTATIONS },
  },
  {
    name: 'image_to_image',
    description: 'Generate an image from an existing image using WaveSpeed AI.',
    inputSchema: {
      type: 'object',
      required: ['image', 'images', 'prompt'],
      properties: {
        image: {
          type: 'string',
        },
        images: {
          type: 'array',
          items: {
            type: 'string',
          },
        },
        prompt: {
          type: 'string',
        },
        model: {
          anyOf: [
            {
              type: 'string',
            },
            {
              type: 'null',
            },
          ],
          default: null,
        },
        guidance_scale: {
          type: 'number',
          default: 3.5,
        },
        enable_safety_checker: {
          type: 'boolean',
          default: true,
        },
        output_directory: {
          type: 'string',
          default: null,
        },
        request_id: {
          type: 'string',
          default: null,
        },
      },
    },
    annotations: { title: 'Image to image', ...ANNOTATIONS },
  },
  {
    name: 'generate_video',
    description: 'Generate a video from an image and a prompt using WaveSpeed AI.',
    inputSchema: {
      type: 'object',
      required: ['image', 'prompt'],
      properties: {
        image: {
          type: 'string',
        },
        prompt: {
          type: 'string',
        },
        model: {
          anyOf: [
            {
              type: 'string',
            },
            {
              type: 'null',
            },
          ],
          default: null,
        },
        negative_prompt: {
          type: 'string',
          default: '',
        },
        loras: {
          anyOf: [
            {
              type: 'array',
              items: {
                type: 'object',
                additionalProperties: {
                  anyOf: [
                    {
                      type: 'string',
                    },
                    {
                      type: 'number',
                    },
                  ],
                },
              },
            },
            {
              type: 'null',
            },
          ],
          default: null,
        },
        size: {
          type: 'string',
          default: '832*480',
        },
        num_inference_steps: {
          type: 'integer',
          default: 30,
        },
        duration: {
          type: 'integer',
          default: 5,
        },
        guidance_scale: {
          type: 'number',
          default: 5,
        },
        flow_shift: {
          type: 'integer',
          default: 3,
        },
        seed: {
          type: 'integer',
          default: -1,
        },
        enable_safety_checker: {
          type: 'boolean',
          default: true,
        },
        output_directory: {
          type: 'string',
          default: null,
        },
        request_id: {
          type: 'string',
          default: null,
        },
      },
    },
    annotations: { title: 'Generate video', ...ANNOTATIONS },
  },
];
