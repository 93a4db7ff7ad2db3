/** The look of a tab, whether it is a button or a link. */
export const tabClass =
  '-mb-px inline-flex shrink-0 items-center gap-1.5 border-transparent border-b-2 px-0.5 py-2 text-sm font-medium text-muted -outline-offset-2 transition-colors duration-120 hover:text-text data-[state=active]:border-accent data-[state=active]:text-text aria-[current=page]:border-accent aria-[current=page]:text-text coarse:py-3';
