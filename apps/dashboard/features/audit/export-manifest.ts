/** Between a file and its manifest at the end of a stream, for who asked for both. The last one counts: a cell of a CSV may hold any character. */
export const MANIFEST_MARK = '\u001e';
