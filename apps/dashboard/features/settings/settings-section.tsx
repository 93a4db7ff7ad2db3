import type { ReactNode } from 'react';

export function SettingsSection({ title, help, children }: { title: string; help: string; children: ReactNode }) {
  return (
    <section className="grid gap-x-10 gap-y-3 py-6 md:grid-cols-[14rem_minmax(0,1fr)]">
      <div>
        <h2 className="font-semibold">{title}</h2>
        <p className="mt-0.5 text-muted text-sm">{help}</p>
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}
