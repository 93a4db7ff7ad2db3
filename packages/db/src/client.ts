/** The generated Prisma types and enums. */
export * from './generated/client.ts';
