package org.residuum.backend.cuda.cases;

import java.util.function.BiFunction;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;
import org.residuum.ptx.Dim3;
import org.residuum.ptx.LaunchOptions;
import org.residuum.ptx.PtxMachine;
import org.residuum.ptx.memory.EmulatedMemory;
import org.residuum.ptx.parse.PtxEntry;

/** The interpreter, looking for everything that it can find. */
final class InterpretedRig implements RigDevice {
  /** More than any case needs; a warp that goes past it is in an endless loop. */
  private static final long WARP_INSTRUCTIONS = 5_000_000;

  private final EmulatedMemory memory = new EmulatedMemory();
  private final PtxMachine machine = new PtxMachine(memory);
  private final BiFunction<Kernel, ElementType, PtxEntry> entries;

  InterpretedRig(BiFunction<Kernel, ElementType, PtxEntry> entries) {
    this.entries = entries;
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
  public long launch(Kernel kernel, ElementType storage, LaunchShape shape, Object[] arguments) {
    return launchBlocks(kernel, storage, new Blocks(shape, 0, Long.MAX_VALUE), arguments);
  }

  @Override
  public boolean runsSomeBlocks() {
    return true;
  }

  @Override
  public long launchBlocks(Kernel kernel, ElementType storage, Blocks blocks, Object[] arguments) {
    LaunchShape shape = blocks.shape();
    return machine
        .launch(
            LaunchOptions.strict()
                .withInstructionBudget(WARP_INSTRUCTIONS)
                .withBlocks(blocks.first(), blocks.end()),
            entries.apply(kernel, storage),
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
