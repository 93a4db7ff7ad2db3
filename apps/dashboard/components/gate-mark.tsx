/** Two posts, and a bar that is half open. In the colour of the text around it; works at 16 px. */
export function GateMark({ className }: { className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      aria-hidden="true"
      className={className}
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
    >
      <path d="M2.5 5v9M13.5 9v5" />
      <path d="M2.5 9 13 2.5" />
    </svg>
  );
}
