/** In place of what a member's role does not allow; says who can. */
export function Forbidden({ needs }: { needs: string }) {
  return (
    <div className="panel max-w-160 px-4 py-6">
      <h2 className="text-lg">Your role does not allow this</h2>
      <p className="mt-1 text-muted">This needs {needs} of the organization. Ask one of them to do it, or to change your role.</p>
    </div>
  );
}
