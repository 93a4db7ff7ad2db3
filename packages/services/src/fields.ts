/** The fields that inputs have in common: ids, slugs, names, e-mail addresses. */
import { z } from 'zod';
import { isReservedSlug } from './slug.ts';

export const Id = z.uuid('This is not an id.');

export const SLUG_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

export const Slug = z.string().regex(SLUG_PATTERN, 'Use 1 to 40 of a–z, 0–9 and hyphens, with a letter or digit at both ends.');

/** Of an organization: the first part of its addresses, so that some words are taken. */
export const OrganizationSlug = Slug.refine((slug) => !isReservedSlug(slug), 'This name is reserved: choose another one.');

/** What people read: 1 to `max` characters, nothing invisible or bidirectional that could make it look like another. */
export const nameOf = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'Give it a name.')
    .max(max, `Use at most ${max} characters.`)
    .refine((text) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text), 'Leave out invisible and control characters.');

export const Name = nameOf(80);

export const Email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, 'This is too long for an e-mail address.')
  .pipe(z.email('This is not an e-mail address.'));

export const Password = z.string().min(8, 'Use at least 8 characters.').max(128, 'Use at most 128 characters.');

export const Ip = z.string().min(1).max(64);
