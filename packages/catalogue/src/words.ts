/** The words of an identifier in lower case: `deleteAllFiles_v2`, `k8s__apply-manifest`, `policies.remove`. */
export function wordsOfName(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** The words of a text in lower case; whatever ends a clause is a `.` among them. */
export function wordsOfText(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*|[.;:!?()[\]\n]/gu)
      ?.map((word) => (/^[\p{L}\p{N}]/u.test(word) ? word : '.')) ?? []
  );
}
