import { css } from 'lit';

export const leaseStyle = css`
  table {
    width: 100%;
    border-collapse: collapse;
  }
  th {
    padding: 0 var(--gap-3) var(--gap-2) 0;
    color: var(--ink-faint);
    font-size: var(--text-tiny);
    font-weight: 600;
    text-align: left;
  }
  td {
    padding: var(--gap-3) var(--gap-3) var(--gap-3) 0;
    border-top: 1px solid var(--line);
    font-size: var(--text-small);
    vertical-align: middle;
  }
  td:last-child {
    padding-right: 0;
  }
  .time {
    width: 5.75rem;
    font-weight: 600;
  }
  .kind {
    display: flex;
    align-items: center;
    gap: 0.5em;
    font-weight: 600;
    white-space: nowrap;
  }
  .kind::before {
    width: 0.3rem;
    height: 1em;
    border-radius: 2px;
    background: var(--indigo);
    content: '';
  }
  .kind.mem::before {
    background: var(--weld-thread);
  }
  .what .code {
    font-size: var(--text-tiny);
    white-space: nowrap;
  }
  .role {
    display: block;
    color: var(--ink-faint);
    font-size: var(--text-tiny);
  }
  .route {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 0.5em;
  }
  .route cell-badge {
    max-width: 11rem;
  }
  .arrow {
    color: var(--ink-faint);
  }
  .act {
    width: 1%;
    text-align: right;
  }
  .asking {
    display: inline-flex;
    flex-wrap: wrap;
    justify-content: end;
    gap: var(--gap-1);
  }
  tr:not(.active) .what,
  tr:not(.active) .who {
    opacity: 0.55;
  }
  .more {
    margin-top: var(--gap-2);
  }
  /* A phone shows each lease as a small block: time and what on top, who beneath. */
  @media (max-width: 40rem) {
    thead {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    tr {
      display: grid;
      grid-template-columns: 5.5rem minmax(0, 1fr) auto;
      gap: var(--gap-1) var(--gap-2);
      padding: var(--gap-3) 0;
      border-top: 1px solid var(--line);
    }
    tbody tr:first-child {
      border-top: 0;
      padding-top: 0;
    }
    td {
      padding: 0;
      border: 0;
      width: auto;
    }
    .who {
      grid-column: 1 / -1;
      grid-row: 2;
    }
    .asking {
      flex-direction: column;
    }
  }
`;
