/** Milliseconds of processor time this process has used: what a bound on work is measured in where machines are busy. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
