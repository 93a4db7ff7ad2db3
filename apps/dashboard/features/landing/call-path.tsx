import { DecisionMark } from '@/components/ui/decision-mark';

const STEPS = [
  { name: 'read', what: 'Strictly one JSON-RPC message; what was judged is what is sent.', stops: 'rejected' },
  { name: 'authenticate', what: 'A grant’s token. Unknown, revoked and expired look alike.', stops: 'unauthenticated' },
  { name: 'decide', what: 'The policy of that grant on that server; deny is the default.', stops: 'denied' },
  { name: 'admit', what: 'Limits are charged and the event is recorded, in one step.', stops: 'limited' },
  { name: 'forward', what: 'The server’s own credential goes on; the caller’s never does.', stops: null },
] as const;

/** The life of a call as a strip: where it can end, and with what. */
export function CallPath() {
  return (
    <ol className="panel grid overflow-hidden md:grid-cols-5">
      {STEPS.map((step, index) => (
        <li
          key={step.name}
          className="grid content-between gap-4 border-line p-4 max-md:border-b max-md:last:border-b-0 md:border-r md:last:border-r-0"
        >
          <div>
            <p className="flex items-baseline gap-2 font-mono text-sm">
              <span className="text-faint">{index + 1}</span>
              <span className="font-semibold">{step.name}</span>
            </p>
            <p className="mt-1.5 text-muted text-sm">{step.what}</p>
          </div>
          <p className="text-xs">
            {step.stops ? <DecisionMark decision={step.stops} label={`or ${step.stops}`} /> : <DecisionMark decision="allowed" />}
          </p>
        </li>
      ))}
    </ol>
  );
}
