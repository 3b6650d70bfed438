/** A small faulty program, the test that shows its fault, and one that a repair never sees. */
export interface Program {
  name: string;
  language: 'python' | 'node' | 'shell';
  /** By their paths in the stack's folder. */
  files: Record<string, string>;
  modes?: Record<string, number>;
  /** The check that is red. */
  check: object;
  /** Checks that are green before, and have to stay so. */
  others?: object[];
  /** Services besides the spawner. */
  services?: Record<string, Record<string, unknown>>;
  /** A shell script over the same files that ends with 0 only for a program that is right. */
  hidden: string;
  /** What finds the patch: rules alone, or what classical repair does. */
  by: 'rule' | 'template';
}
