package org.residuum.ptx;

/**
 * What a launch checks and how it runs.
 *
 * @param workers Java threads that run blocks; 1 makes the order of blocks and of faults repeatable
 * @param instructionBudget instructions a warp may execute before the launch counts as endless
 * @param sharedRaces whether unordered accesses to shared memory are faults
 * @param globalRaces whether unordered accesses to global memory are faults, across blocks too
 * @param uninitialisedRegisters whether reads of registers never written are faults
 * @param exitedThreadsPassBarriers whether a barrier waits only for threads that have not exited;
 *     else that is a fault
 */
public record LaunchOptions(
    int workers,
    long instructionBudget,
    boolean sharedRaces,
    boolean globalRaces,
    boolean uninitialisedRegisters,
    boolean exitedThreadsPassBarriers) {

  /** Every check on, a worker a core, a budget of 10^9 instructions a warp. */
  public static LaunchOptions strict() {
    int cores = Runtime.getRuntime().availableProcessors();
    return new LaunchOptions(cores, 1_000_000_000L, true, true, true, false);
  }

  /** No race and register checks; addresses, unwritten memory and barriers are still checked. */
  public static LaunchOptions fast() {
    int cores = Runtime.getRuntime().availableProcessors();
    return new LaunchOptions(cores, 1_000_000_000L, false, false, false, false);
  }

  public LaunchOptions withWorkers(int count) {
    return new LaunchOptions(
        count,
        instructionBudget,
        sharedRaces,
        globalRaces,
        uninitialisedRegisters,
        exitedThreadsPassBarriers);
  }

  public LaunchOptions withInstructionBudget(long budget) {
    return new LaunchOptions(
        workers,
        budget,
        sharedRaces,
        globalRaces,
        uninitialisedRegisters,
        exitedThreadsPassBarriers);
  }

  public LaunchOptions withGlobalRaces(boolean checked) {
    return new LaunchOptions(
        workers,
        instructionBudget,
        sharedRaces,
        checked,
        uninitialisedRegisters,
        exitedThreadsPassBarriers);
  }

  public LaunchOptions withExitedThreadsPassBarriers(boolean pass) {
    return new LaunchOptions(
        workers, instructionBudget, sharedRaces, globalRaces, uninitialisedRegisters, pass);
  }
}
