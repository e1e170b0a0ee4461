/**
 * parts owns the small elements that several rooms use: a cell's badge, a lease's ring, a failure, a QR code, a copy
 * button, the light switch, notices and icons. They show what they are given and know no fabric.
 */
export { CellBadge, swatch } from './cell-badge.ts';
export { CopyButton } from './copy-button.ts';
export { FailureCard } from './failure-card.ts';
export { icon, type IconName } from './icon.ts';
export { NoticeStack } from './notice-stack.ts';
export { QrCode } from './qr-code.ts';
export { ThemeToggle } from './theme-toggle.ts';
export { TtlRing } from './ttl-ring.ts';
