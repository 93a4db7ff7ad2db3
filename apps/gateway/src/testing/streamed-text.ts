/** The body of an answer, read while it comes. */
export interface StreamedText {
  /** Reads until this is in it. @returns all there was so far. @throws when the answer ends before. */
  until(wanted: string): Promise<string>;
  /** Reads to its end. */
  whole(): Promise<string>;
}

export function streamedText({ body }: Response): StreamedText {
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  const more = async () => {
    const { done, value } = await reader.read();
    text += decoder.decode(value, { stream: !done });
    return !done;
  };
  return {
    async until(wanted) {
      while (!text.includes(wanted)) if (!(await more())) throw new Error(`The answer ended without ${wanted}: ${text}`);
      return text;
    },
    async whole() {
      while (await more());
      return text;
    },
  };
}
