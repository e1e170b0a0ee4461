import { css } from 'lit';

export const headerStyle = css`
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-3) var(--gap-5);
    padding: var(--gap-4) 0;
  }
  .fabric {
    display: flex;
    flex: 1 1 16rem;
    align-items: baseline;
    gap: var(--gap-4);
    min-width: 0;
  }
  h1 {
    font-size: var(--text-name);
    /* Room for descenders, which a clipped line would lose. */
    padding-bottom: 0.1em;
  }
  .status {
    display: flex;
    flex: none;
    align-items: center;
    gap: var(--gap-3);
  }
  .me,
  .doors {
    display: flex;
    align-items: center;
    gap: var(--gap-2);
    min-width: 0;
  }
  .me {
    max-width: 100%;
  }
  .as {
    flex: none;
  }
  .rename {
    min-width: 0;
    max-width: 20rem;
    padding: 0 var(--gap-2);
    font-size: var(--text-body);
    color: var(--ink);
  }
  .rename svg {
    flex: none;
    color: var(--ink-faint);
  }
  form {
    position: relative;
    display: flex;
    align-items: center;
    gap: var(--gap-2);
  }
  form input[type='text'] {
    width: 12rem;
    flex: 1;
  }
  .problem {
    position: absolute;
    top: 100%;
    left: 0;
    color: var(--madder);
    font-size: var(--text-small);
  }
  @media (max-width: 40rem) {
    header {
      gap: var(--gap-2) var(--gap-4);
      padding-top: var(--gap-3);
    }
    .fabric {
      flex-basis: 100%;
      justify-content: space-between;
      gap: var(--gap-3);
    }
    h1 {
      font-size: var(--text-title);
    }
    .me {
      order: 3;
      flex-basis: 100%;
    }
    .doors {
      flex: 1;
    }
    .doors theme-toggle {
      margin-left: auto;
    }
  }
`;
