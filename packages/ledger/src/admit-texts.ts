/** The texts that ADMIT puts a record together from: what a call's intent and its refusal have in common is sent once. */
import { storableJson } from '@toolgate/audit/storable';
import { taken } from './intent.ts';
import type { AdmitRequest, RefusalText } from './ledger.ts';
import { fullStep, LIMITED, shadowFact, stepsBefore } from './limited-facts.ts';

/**
 * An intent is `opening common allowed detail closing` + a shadow's fragment + `}}}`; a refusal is `{"type":"event","facts":` + `common`
 * + the limit's `verdict` + `detail` + its `numbers` + `remaining,"retryAfterMs":…,"resetAt":"…"}}}}`.
 */
export interface AdmitTexts {
  opening: string;
  common: string;
  allowed: string;
  detail: string;
  closing: string;
  /** Of a charge or lease: empty when its refusal is not recorded here. */
  verdict(refusal: RefusalText | undefined): string;
  numbers(refusal: RefusalText | undefined): string;
  /** Of a shadow charge or lease that is full. */
  shadow(refusal: RefusalText | undefined): string;
}

export function admitTexts(request: AdmitRequest, gatewayId: string): AdmitTexts {
  const { callId, facts, shadow = [], shadowLeases = [] } = request;
  const { decision, code, message, rule, detail, ...rest } = facts;
  const { trace, ...others } = detail;
  const steps = trace && stepsBefore(trace);
  const open = members({ ...others, ...(steps ? { trace: steps } : {}) });
  const own = members(taken(request));
  // Inside the list of steps, unless there is none.
  const stepComma = steps && steps.length > 0 ? ',' : '';
  const last = trace?.slice(steps?.length ?? 0) ?? [];
  const comma = open === '' ? '' : ',';
  const isBare = own === '' && shadow.length + shadowLeases.length === 0;
  return {
    opening: `{"type":"intent","callId":${storableJson(callId)},"gatewayId":${storableJson(gatewayId)},"facts":`,
    common: `{${members(rest)},`,
    allowed: `${members({ decision, code, message, rule })},"detail":{`,
    detail: steps ? open.slice(0, -1) : open,
    closing:
      (steps ? `${last.length > 0 ? `${stepComma}${last.map(storableJson).join()}` : ''}]` : '') +
      // A shadow's fragment begins with a comma, so there must be something before it.
      (isBare ? '' : `${comma}${own === '' ? '"charges":[]' : own}`),
    verdict: (refusal) => (refusal ? fixedTexts(refusal).verdict : ''),
    numbers: (refusal) => {
      if (!refusal) return '';
      const { step, limit } = fixedTexts(refusal);
      return steps ? `${stepComma}${step}],${limit}` : `${comma}${limit}`;
    },
    shadow: (refusal) => (refusal && !detail.shadow ? `,"shadow":${storableJson(shadowFact(refusal))}` : ''),
  };
}

/** The members of an object as JSON, without its braces. */
const members = (value: object): string => storableJson(value).slice(1, -1);

interface FixedTexts {
  verdict: string;
  step: string;
  limit: string;
}

/** A limit's texts are the same for every call that it looks at, and a gateway gives them as one object. */
const known = new WeakMap<RefusalText, FixedTexts>();

function fixedTexts(refusal: RefusalText): FixedTexts {
  const found = known.get(refusal);
  if (found) return found;
  const { message, rule, counter, scope, max } = refusal;
  const made = {
    verdict: `${members({ ...LIMITED, message, rule })},"detail":{`,
    step: storableJson(fullStep(refusal)),
    limit: `"limit":{${members({ counter, scope, max })},"remaining":`,
  };
  known.set(refusal, made);
  return made;
}
