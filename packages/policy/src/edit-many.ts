import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';

/** Changes what a document says of one name. */
export type NameEdit = (source: string, name: string) => string;

/**
 * Applies an edit for many names under "tools", with the same result as one after the other, in time that grows with their number and not
 * with its square: each edit sees a document that holds that one rule, in its place and style.
 */
export function editMany(source: string, names: readonly string[], edit: NameEdit): string {
  let parts = split(source);
  for (const name of names) {
    if (parts !== null && editPart(parts, name, edit)) continue;
    const edited: string = edit(parts === null ? source : join(parts), name);
    source = edited;
    parts = split(edited);
  }
  return parts === null ? source : join(parts);
}

/** A document's text cut into what stands before, between and after the entries under "tools". */
interface Parts {
  head: string;
  tail: string;
  /** Each with the white space before it, without the comma after it; by place. */
  members: string[];
  places: Map<string, number>;
}

const join = ({ head, members, tail }: Parts): string => head + members.join(',') + tail;

/** Null: there is no entry yet, or a name stands there twice. */
function split(source: string): Parts | null {
  const root = parseTree(source);
  const tools = root && findNodeAtLocation(root, ['tools']);
  const children = tools?.type === 'object' ? (tools.children ?? []) : [];
  const [first, last] = [children[0], children.at(-1)];
  if (!tools || !first || !last) return null;
  const places = new Map(children.map((child, index) => [nameOf(child), index]));
  if (places.size !== children.length) return null;
  let from = tools.offset + 1;
  const members = children.map((child) => {
    const text = source.slice(from, endOf(child));
    from = source.indexOf(',', endOf(child)) + 1;
    return text;
  });
  return { head: source.slice(0, tools.offset + 1), tail: source.slice(endOf(last)), members, places };
}

/** Whether the edit stayed within its own entry, or added one at the end; only then it is taken over. */
function editPart(parts: Parts, name: string, edit: NameEdit): boolean {
  const { head, tail, members, places } = parts;
  const known = places.get(name);
  const place = known ?? members.length - 1;
  const member = members[place] ?? '';
  const edited = edit(head + member + tail, name);
  if (!edited.startsWith(head) || !edited.endsWith(tail) || edited.length < head.length + tail.length) return false;
  const text = edited.slice(head.length, edited.length - tail.length);
  if (known !== undefined) {
    // An entry that is gone, or that became two, is not told apart here.
    if (split(edited)?.members.length !== 1) return false;
    members[place] = text;
    return true;
  }
  if (text === member) return true;
  if (!text.startsWith(`${member},`) || split(edited)?.members.length !== 2) return false;
  places.set(name, members.length);
  members.push(text.slice(member.length + 1));
  return true;
}

const nameOf = (property: Node): string => String(property.children?.[0]?.value);
const endOf = (node: Node): number => node.offset + node.length;
