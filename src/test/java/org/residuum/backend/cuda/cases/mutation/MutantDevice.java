package org.residuum.backend.cuda.cases.mutation;

import java.util.LinkedHashSet;
import java.util.Set;
import org.residuum.backend.cuda.cases.Kernels;
import org.residuum.backend.cuda.cases.RigDevice;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;
import org.residuum.ptx.Dim3;
import org.residuum.ptx.LaunchOptions;
import org.residuum.ptx.PtxMachine;
import org.residuum.ptx.memory.EmulatedMemory;
import org.residuum.ptx.parse.PtxEntry;

/** The interpreter with every check on, one thread, and one entry replaced. */
final class MutantDevice implements RigDevice {
  private final EmulatedMemory memory = new EmulatedMemory();
  private final PtxMachine machine = new PtxMachine(memory);
  private final Set<String> launched = new LinkedHashSet<>();
  private final PtxEntry changed;
  private final LaunchOptions options;

  /**
   * @param changed what runs instead of the committed entry of that name; null for none
   * @param budget instructions a warp may execute
   */
  MutantDevice(PtxEntry changed, long budget) {
    this.changed = changed;
    this.options = LaunchOptions.strict().withWorkers(1).withInstructionBudget(budget);
  }

  Set<String> launched() {
    return launched;
  }

  @Override
  public long allocate(long bytes, String label) {
    return memory.allocate(bytes, label);
  }

  @Override
  public void copyIn(long address, byte[] bytes) {
    memory.copyIn(address, bytes, 0, bytes.length);
  }

  @Override
  public void copyOut(long address, byte[] bytes) {
    memory.copyOut(address, bytes, 0, bytes.length);
  }

  @Override
  public boolean runsSomeBlocks() {
    return true;
  }

  @Override
  public long launch(Kernel kernel, ElementType storage, LaunchShape shape, Object[] arguments) {
    return launchBlocks(kernel, storage, new Blocks(shape, 0, Long.MAX_VALUE), arguments);
  }

  @Override
  public long launchBlocks(Kernel kernel, ElementType storage, Blocks blocks, Object[] arguments) {
    String name = kernel.entry(storage);
    launched.add(name);
    PtxEntry entry =
        changed != null && changed.name().equals(name)
            ? changed
            : Kernels.committed(kernel, storage);
    LaunchShape shape = blocks.shape();
    return machine
        .launch(
            options.withBlocks(blocks.first(), blocks.end()),
            entry,
            new Dim3(shape.gridX(), shape.gridY(), 1),
            new Dim3(shape.blockX(), shape.blockY(), 1),
            0,
            arguments)
        .threadInstructions();
  }

  @Override
  public void close() {
    // The memory is the heap's.
  }
}
