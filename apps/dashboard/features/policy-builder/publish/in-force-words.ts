/** Where a version is in force, from fact: the ledger holds its epoch, and every gateway asks the ledger with each call. */
export function inForceWords(gateways: number): string {
  if (gateways === 0) return 'in force; no gateway runs at the moment';
  return gateways === 1 ? 'in force on the one gateway that runs' : `in force on all ${gateways} gateways`;
}
