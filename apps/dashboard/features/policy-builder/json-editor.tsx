'use client';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { markedLines, markLines } from './editor-marks.ts';
import { editorTheme } from './editor-theme.ts';
import { policyCompletion } from './json-completion-source.ts';
import type { CompletionTool } from './json-completions.ts';
import { smallestChange } from './smallest-change.ts';

export interface EditorProblem {
  offset: number;
  length: number;
  message: string;
  severity: 'error' | 'warning' | 'info';
}

/** A place to bring into view and mark; a new object does it again. */
export interface EditorPlace {
  offset: number;
  length: number;
}

interface Props {
  value: string;
  /** Absent: the text can be read and selected only. */
  onChange?: (value: string) => void;
  problems?: EditorProblem[];
  place?: EditorPlace | null;
  /** Tools of the governed servers, for completion. */
  tools?: readonly CompletionTool[];
  label: string;
  /** Id of the text that says how the keyboard leaves the editor. */
  describedBy?: string;
}

const NOTHING: EditorProblem[] = [];
const NO_TOOLS: CompletionTool[] = [];

/** CodeMirror 6 for policy documents. Load it lazily: it is the largest part of the page. */
export default function JsonEditor({ value, onChange, problems = NOTHING, place = null, tools = NO_TOOLS, label, describedBy }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useRef(onChange);
  changed.current = onChange;
  const known = useRef(tools);
  known.current = tools;
  const initial = useRef(value);
  const editable = onChange !== undefined;

  useEffect(() => {
    const parent = host.current as HTMLDivElement;
    const editor = new EditorView({
      parent,
      state: EditorState.create({
        doc: initial.current,
        extensions: extensions({ label, describedBy, editable, changed, known, long: hasLongLine(initial.current) }),
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [label, describedBy, editable]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const change = smallestChange(editor.state.doc.toString(), value);
    if (change) editor.dispatch({ changes: change });
  }, [value]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const end = editor.state.doc.length;
    const diagnostics = problems.map(({ offset, length, message, severity }) => ({
      from: Math.min(offset, end),
      to: Math.min(offset + length, end),
      message,
      severity,
    }));
    editor.dispatch(setDiagnostics(editor.state, diagnostics));
  }, [problems]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || !place) return;
    const from = Math.min(place.offset, editor.state.doc.length);
    const to = Math.min(from + place.length, editor.state.doc.length);
    editor.dispatch({ effects: [markLines.of({ from, to }), EditorView.scrollIntoView(from, { y: 'center' })] });
  }, [place]);

  return <div ref={host} className="h-full min-h-0 overflow-hidden" />;
}

function extensions({
  label,
  describedBy,
  editable,
  changed,
  known,
  long,
}: {
  label: string;
  describedBy: string | undefined;
  editable: boolean;
  changed: { current: Props['onChange'] };
  known: { current: readonly CompletionTool[] };
  long: boolean;
}) {
  return [
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightActiveLine(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    json(),
    lintGutter(),
    markedLines,
    editorTheme,
    ...(editable ? [policyCompletion(known)] : []),
    // A document on one line is read by wrapping it; one that is laid out keeps its lines.
    ...(long ? [EditorView.lineWrapping] : []),
    EditorState.tabSize.of(2),
    EditorState.readOnly.of(!editable),
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0', ...(describedBy ? { 'aria-describedby': describedBy } : {}) }),
    // Tab indents once something was typed; after Escape it leaves the editor again, as the text below the editor says.
    tabLeavesUntilTyped(),
    keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap, ...(editable ? [indentWithTab] : [])]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) changed.current?.(update.state.doc.toString());
    }),
  ];
}

/** Whoever comes by with Tab goes on with Tab, and does not indent a document that nobody wanted to change. */
function tabLeavesUntilTyped() {
  let byPointer = false;
  return [
    EditorView.domEventHandlers({
      mousedown: () => {
        byPointer = true;
      },
      focus: (_, editor) => editor.setTabFocusMode(!byPointer),
      blur: () => {
        byPointer = false;
      },
    }),
    EditorView.updateListener.of(({ transactions, view }) => {
      if (transactions.some((transaction) => transaction.isUserEvent('input'))) view.setTabFocusMode(false);
    }),
  ];
}

const LONG_LINE = 160;
const hasLongLine = (text: string): boolean => text.split('\n').some((line) => line.length > LONG_LINE);
