package org.residuum.ptx;

import org.residuum.ptx.count.Counters;

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
 * @param firstBlock first block that runs, counted x fastest
 * @param endBlock block before which the launch ends, where the grid has that many
 * @param limits what a launch may ask for
 * @param counters what counts the launch's work; null for a launch that nobody counts
 */
public record LaunchOptions(
    int workers,
    long instructionBudget,
    boolean sharedRaces,
    boolean globalRaces,
    boolean uninitialisedRegisters,
    boolean exitedThreadsPassBarriers,
    long firstBlock,
    long endBlock,
    LaunchLimits limits,
    Counters counters) {
  private static final long BUDGET = 1_000_000_000L;

  /** Every check on, a worker a core, a budget of 10^9 instructions a warp, all blocks. */
  public static LaunchOptions strict() {
    int cores = Runtime.getRuntime().availableProcessors();
    return new LaunchOptions(
        cores, BUDGET, true, true, true, false, 0, Long.MAX_VALUE, LaunchLimits.STANDARD, null);
  }

  /** No race and register checks; addresses, unwritten memory and barriers are still checked. */
  public static LaunchOptions fast() {
    int cores = Runtime.getRuntime().availableProcessors();
    return new LaunchOptions(
        cores, BUDGET, false, false, false, false, 0, Long.MAX_VALUE, LaunchLimits.STANDARD, null);
  }

  public LaunchOptions withWorkers(int count) {
    return new LaunchOptions(
        count,
        instructionBudget,
        sharedRaces,
        globalRaces,
        uninitialisedRegisters,
        exitedThreadsPassBarriers,
        firstBlock,
        endBlock,
        limits,
        counters);
  }

  public LaunchOptions withInstructionBudget(long budget) {
    return new LaunchOptions(
        workers,
        budget,
        sharedRaces,
        globalRaces,
        uninitialisedRegisters,
        exitedThreadsPassBarriers,
        firstBlock,
        endBlock,
        limits,
        counters);
  }

  public LaunchOptions withGlobalRaces(boolean checked) {
    return new LaunchOptions(
        workers,
        instructionBudget,
        sharedRaces,
        checked,
        uninitialisedRegisters,
        exitedThreadsPassBarriers,
        firstBlock,
        endBlock,
        limits,
        counters);
  }

  public LaunchOptions withExitedThreadsPassBarriers(boolean pass) {
    return new LaunchOptions(
        workers,
        instructionBudget,
        sharedRaces,
        globalRaces,
        uninitialisedRegisters,
        pass,
        firstBlock,
        endBlock,
        limits,
        counters);
  }

  /**
   * Runs only blocks {@code first} to {@code end - 1} of the grid: how the far end of a launch over
   * billions of elements is tested in a moment.
   */
  public LaunchOptions withBlocks(long first, long end) {
    return new LaunchOptions(
        workers,
        instructionBudget,
        sharedRaces,
        globalRaces,
        uninitialisedRegisters,
        exitedThreadsPassBarriers,
        first,
        end,
        limits,
        counters);
  }

  /** Counts the launch's work; its blocks then run in order on one thread. */
  public LaunchOptions withCounters(Counters counted) {
    return new LaunchOptions(
        1,
        instructionBudget,
        sharedRaces,
        globalRaces,
        uninitialisedRegisters,
        exitedThreadsPassBarriers,
        firstBlock,
        endBlock,
        limits,
        counted);
  }

  /** Launches within the limits of another device, or after other attributes were set. */
  public LaunchOptions within(LaunchLimits other) {
    return new LaunchOptions(
        workers,
        instructionBudget,
        sharedRaces,
        globalRaces,
        uninitialisedRegisters,
        exitedThreadsPassBarriers,
        firstBlock,
        endBlock,
        other,
        counters);
  }
}
