import type { Order } from '../arguments.ts';

/** What is submitted for an order, or why it is not. */
export function requestBody(order: Order): { json: Record<string, unknown> } | { refused: string } {
  if (order.args.prompt.trim() === '') return { refused: 'Give a prompt.' };
  switch (order.tool) {
    case 'text_to_image': {
      const { prompt, loras, size, num_inference_steps, guidance_scale, num_images, seed, enable_safety_checker } = order.args;
      const json = { prompt, size, num_inference_steps, guidance_scale, num_images, seed, enable_safety_checker };
      return { json: { ...json, loras: loras ?? [], enable_base64_output: false } };
    }
    case 'image_to_image': {
      const { image, images, prompt, guidance_scale, enable_safety_checker } = order.args;
      const given = [image, ...images].filter((one) => one !== '');
      const refused = refuseImages(given);
      if (refused) return { refused };
      const several = given.length > 1 ? { images: given } : {};
      return { json: { prompt, image: given[0], ...several, guidance_scale, enable_safety_checker, enable_base64_output: false } };
    }
    case 'generate_video': {
      const { image, model: _model, output_directory: _directory, request_id: _id, loras, ...rest } = order.args;
      const refused = refuseImages([image].filter((one) => one !== ''));
      return refused ? { refused } : { json: { ...rest, image, loras: loras ?? [] } };
    }
    default:
      return order satisfies never;
  }
}

/** The original also read files of the machine it runs on; here a caller would name files of a machine that is not theirs. */
function refuseImages(images: string[]): string | null {
  if (images.length === 0) return 'Give an input image: an http(s) URL or a base64 image.';
  const wrong = images.find(
    (image) => !/^(https?:\/\/|data:image\/[a-z+.-]+;base64,)/.test(image) && !/^[A-Za-z0-9+/\s]{64,}={0,2}\s*$/.test(image),
  );
  return wrong === undefined ? null : `An input image must be an http(s) URL or base64, not "${wrong.slice(0, 80)}".`;
}
