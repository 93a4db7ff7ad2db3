'use client';
import { type FormEvent, useState } from 'react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useAction } from '@/components/use-action';
import { renameOrganizationAction } from './actions';

export function OrganizationName({ org, name, mayManage }: { org: string; name: string; mayManage: boolean }) {
  const [value, setValue] = useState(name);
  const { run, pending, refusal, fields } = useAction(renameOrganizationAction, { onDone: () => notify('Organization renamed') });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(org, value);
  };
  return (
    <form onSubmit={submit} className="grid max-w-100 gap-3" noValidate>
      <Field label="Name" error={fields.name ?? refusal?.message} aside={<span className="font-mono">{org}</span>}>
        <Input value={value} disabled={!mayManage} onChange={(event) => setValue(event.target.value)} />
      </Field>
      {mayManage && (
        <Button type="submit" pending={pending} disabled={value === name} className="justify-self-start">
          Rename organization
        </Button>
      )}
    </form>
  );
}
