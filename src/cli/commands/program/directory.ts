/** The folder of the program that a command is about. */
export const DIRECTORY_ARG = {
  directory: {
    type: 'positional',
    description: 'The program',
    default: '.',
    required: false,
    valueHint: 'directory',
  },
} as const;
