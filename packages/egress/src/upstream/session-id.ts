/** MCP 2025-11-25, "Session Management": visible ASCII. */
export const SESSION_ID = /^[\x21-\x7e]{1,4096}$/;
