import { StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';

/** Marks a range and every line that it touches; an edit takes the mark away. */
export const markLines = StateEffect.define<{ from: number; to: number }>();

const line = Decoration.line({ class: 'cm-marked-line' });
// On a document of one line the line alone says nothing.
const part = Decoration.mark({ class: 'cm-marked-part' });

export const markedLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(markLines)) continue;
      const { doc } = transaction.state;
      const [first, last] = [doc.lineAt(effect.value.from).number, doc.lineAt(effect.value.to).number];
      const lines = Array.from({ length: last - first + 1 }, (_, at) => line.range(doc.line(first + at).from));
      const { from, to } = effect.value;
      return Decoration.set(from < to ? [...lines, part.range(from, to)] : lines, true);
    }
    return transaction.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});
