/** Another value for one member of a message: all else keeps its bytes, and what is known of where it stands stays true. */
import { type MessageSource, type Replacement, replaceMembers } from '@toolgate/mcp/read-message';

/** Throws when the message has no such member. */
export function replaceMember(source: MessageSource, replacement: Replacement): MessageSource {
  const { place, key } = replacement;
  const changed = source.members.find((each) => each.place === place && each.key === key);
  const text = replaceMembers(source, [replacement]);
  if (!changed) throw new Error(`The message has no ${key} in its ${place}.`);
  const grown = text.length - source.text.length;
  const members = source.members.map((member) => ({
    ...member,
    start: member.start >= changed.end ? member.start + grown : member.start,
    end: member.end >= changed.end ? member.end + grown : member.end,
  }));
  return { text, members };
}
