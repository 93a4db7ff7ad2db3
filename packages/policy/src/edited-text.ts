import { findNodeAtLocation, type JSONPath, type Node, parseTree } from 'jsonc-parser';
import { isObject, ownValue } from './json.ts';
import { readSourceText } from './source-text.ts';

/** A JSON text under edit. Each edit touches only its own place and takes on the style it finds there: on one line, or indented. */
export class EditedText {
  source: string;
  /** One level of indentation; undefined for a text on one line, which stays on one line. */
  readonly #unit: string | undefined;
  readonly #eol: string;

  constructor(source: string) {
    this.source = source;
    this.#unit = /\n([ \t]+)\S/.exec(source)?.[1];
    this.#eol = source.includes('\r\n') ? '\r\n' : '\n';
    if (!isObject(readSourceText(source).value)) throw new Error('Only a JSON object can be edited');
  }

  get(path: JSONPath): unknown {
    let value: unknown = readSourceText(this.source).value;
    for (const key of path) value = Array.isArray(value) ? value[Number(key)] : ownValue(value, String(key));
    return value;
  }

  /** The keys of an object in the order of the text, which is not theirs in JavaScript where they look like numbers. */
  keys(path: JSONPath): string[] {
    const node = this.#node(path);
    return node?.type === 'object' ? (node.children ?? []).map((member) => String(member.children?.[0]?.value)) : [];
  }

  /** Sets what is at a path, with the objects around it; undefined removes it. What is so already is not touched. */
  set(path: JSONPath, value: unknown): this {
    if (this.get(path) === value) return this;
    const node = this.#node(path);
    if (value === undefined) return node ? this.#remove(node) : this;
    if (node) return this.#replace(node.offset, node.length, this.#write(value, node));
    const parent = path.slice(0, -1);
    const key = path.at(-1)!;
    const around = this.#node(parent);
    if (around?.type === 'object') return this.#insert(around, `${JSON.stringify(key)}:${this.#colonSpace(around)}`, value);
    return this.set(parent, { [key]: value });
  }

  /** Adds an element to a list. */
  append(path: JSONPath, value: unknown): this {
    const list = this.#node(path);
    return list?.type === 'array' ? this.#insert(list, '', value) : this.set(path, [value]);
  }

  /** Gives a member of an object another key; its value and its place stay. */
  rename(path: JSONPath, key: string): this {
    const member = this.#node(path)?.parent;
    const written = member?.type === 'property' ? member.children?.[0] : undefined;
    return written ? this.#replace(written.offset, written.length, JSON.stringify(key)) : this;
  }

  /** Lets two members of an object, or elements of a list, change places; everything else stays where it is. */
  swap(path: JSONPath, one: number, other: number): this {
    const children = this.#node(path)?.children ?? [];
    const [first, second] = [children[Math.min(one, other)], children[Math.max(one, other)]];
    if (!first || !second || first === second) return this;
    const [before, after] = [this.#text(first), this.#text(second)];
    return this.#replace(second.offset, second.length, before).#replace(first.offset, first.length, after);
  }

  #node(path: JSONPath): Node | undefined {
    const root = parseTree(this.source);
    return root && (path.length === 0 ? root : findNodeAtLocation(root, path));
  }

  #text(node: Node): string {
    return this.source.slice(node.offset, node.offset + node.length);
  }

  #replace(offset: number, length: number, content: string): this {
    this.source = this.source.slice(0, offset) + content + this.source.slice(offset + length);
    return this;
  }

  #remove(node: Node): this {
    const member = node.parent?.type === 'property' ? node.parent : node;
    const parent = member.parent!;
    const siblings = parent.children!;
    const index = siblings.indexOf(member);
    if (siblings.length === 1) return this.#replace(parent.offset + 1, parent.length - 2, '');
    const from = index > 0 ? endOf(siblings[index - 1]!) : member.offset;
    const to = index > 0 ? endOf(member) : siblings[1]!.offset;
    return this.#replace(from, to - from, '');
  }

  #insert(parent: Node, key: string, value: unknown): this {
    const last = parent.children?.at(-1);
    const indented = this.#unit !== undefined && (last === undefined || this.#text(parent).includes('\n'));
    if (!indented)
      return this.#replace(
        last ? endOf(last) : parent.offset + 1,
        0,
        `${last ? `,${this.#colonSpace(parent)}` : ''}${key}${this.#write(value, parent)}`,
      );
    const outer = this.#indentation(parent.offset);
    const indent = last ? this.#indentation(last.offset) : outer + this.#unit;
    const content = `${this.#eol}${indent}${key}${this.#indented(value, indent)}`;
    return last
      ? this.#replace(endOf(last), 0, `,${content}`)
      : this.#replace(parent.offset + 1, parent.length - 2, `${content}${this.#eol}${outer}`);
  }

  /** In the style of what is around it. */
  #write(value: unknown, near: Node): string {
    const container = near.parent && near.type !== 'object' && near.type !== 'array' ? near.parent : near;
    const around = container.type === 'property' ? (container.parent ?? container) : container;
    if (this.#unit !== undefined && this.#text(around).includes('\n')) return this.#indented(value, this.#indentation(near.offset));
    return this.#colonSpace(around) === '' ? JSON.stringify(value) : onOneLine(value);
  }

  #indented(value: unknown, indent: string): string {
    return JSON.stringify(value, null, this.#unit).replaceAll('\n', this.#eol + indent);
  }

  /** The white space that begins the line of an offset. */
  #indentation(offset: number): string {
    const line = this.source.slice(this.source.lastIndexOf('\n', offset - 1) + 1, offset);
    return /^[ \t]*/.exec(line)![0];
  }

  /** Whether `{"a": 1}` or `{"a":1}` is the style. */
  #colonSpace(near: Node): '' | ' ' {
    return /":\s/.test(this.#text(near)) || (this.#unit !== undefined && !/":\S/.test(this.#text(near))) ? ' ' : '';
  }
}

const endOf = (node: Node): number => node.offset + node.length;

/** `{"a": 1, "b": [2]}`. Line breaks are never inside a JSON string, so they are all structure. */
function onOneLine(value: unknown): string {
  return JSON.stringify(value, null, 1)
    .replace(/([[{])\n\s*/g, '$1')
    .replace(/\n\s*([\]}])/g, '$1')
    .replace(/,\n\s*/g, ', ');
}
