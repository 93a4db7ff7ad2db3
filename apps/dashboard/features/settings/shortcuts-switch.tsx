'use client';
import { useEffect, useState } from 'react';
import { shortcutsAreOn, switchShortcuts } from '@/components/shell/shortcuts-setting';
import { Switch } from '@/components/ui/switch';

export function ShortcutsSwitch() {
  const [on, setOn] = useState(true);
  useEffect(() => setOn(shortcutsAreOn()), []);
  const change = (next: boolean) => {
    switchShortcuts(next);
    setOn(next);
  };
  return <Switch label="Keyboard shortcuts" checked={on} onChange={change} />;
}
