/** Others’ text as one short line: nothing that breaks a line, reorders text or cannot be seen, and at most so many characters. */
export function oneLine(text: string, most: number): string {
  const visible = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  const chars = [...visible];
  return chars.length > most ? `${chars.slice(0, most - 1).join('')}…` : visible;
}
