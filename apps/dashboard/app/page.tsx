import { Landing } from '@/features/landing/landing';
import { Playground } from '@/features/playground/playground';
import { readSession } from '@/server/session';

export default async function FrontPage() {
  return <Landing signedIn={(await readSession()).state === 'active'} playground={<Playground />} />;
}
