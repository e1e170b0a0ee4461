/** The package's own types forget that the class is its default export. */
declare module 'sharedmap' {
  export default SharedMap;
}
