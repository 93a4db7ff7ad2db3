/** Why a document cannot be read, and where. */
export interface PolicyProblem {
  /** RFC 6901 pointer of what is wrong, or of what is missing. */
  pointer: string;
  message: string;
  /** What was probably meant, as it should be written. */
  suggestion?: string;
  /** In UTF-16 code units of the text. */
  offset: number;
  length: number;
  /** From 1. */
  line: number;
  column: number;
}

/** What the reader understood otherwise than it is written. */
export interface Conversion {
  pointer: string;
  message: string;
}
