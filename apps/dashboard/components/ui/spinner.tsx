/** Appears only after 180 ms, so that quick work does not flicker. */
export function Spinner() {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" className="animate-appear size-4">
      <g className="animate-spin" style={{ transformOrigin: '8px 8px' }}>
        <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" opacity="0.25" />
        <path d="M8 2a6 6 0 0 1 6 6" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
      </g>
    </svg>
  );
}
