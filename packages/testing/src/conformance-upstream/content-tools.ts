import { answer, answerText, type ConformanceTools } from './conformance-tool.ts';
import { PIXEL_PNG, SILENCE_WAV } from './media.ts';

/** Every kind of content, and a tool error. */
export const contentTools: ConformanceTools = {
  test_simple_text: {
    description: 'Answers with one text.',
    run: () => answerText('This is a simple text response for testing.'),
  },
  test_image_content: {
    description: 'Answers with one image.',
    run: () => answer({ type: 'image', data: PIXEL_PNG, mimeType: 'image/png' }),
  },
  test_audio_content: {
    description: 'Answers with one sound.',
    run: () => answer({ type: 'audio', data: SILENCE_WAV, mimeType: 'audio/wav' }),
  },
  test_embedded_resource: {
    description: 'Answers with a resource that is part of the answer.',
    run: () =>
      answer({
        type: 'resource',
        resource: { uri: 'test://embedded-resource', mimeType: 'text/plain', text: 'This is an embedded resource content.' },
      }),
  },
  test_multiple_content_types: {
    description: 'Answers with a text, an image and a resource.',
    run: () =>
      answer(
        { type: 'text', text: 'Multiple content types test:' },
        { type: 'image', data: PIXEL_PNG, mimeType: 'image/png' },
        {
          type: 'resource',
          resource: { uri: 'test://mixed-content-resource', mimeType: 'application/json', text: '{"test":"data","value":123}' },
        },
      ),
  },
  test_error_handling: {
    description: 'Answers with a tool error.',
    run: () => ({ ...answerText('This tool intentionally returns an error for testing'), isError: true }),
  },
};
