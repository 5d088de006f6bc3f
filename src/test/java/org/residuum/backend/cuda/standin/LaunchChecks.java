package org.residuum.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.residuum.backend.cuda.KernelTable;
import org.residuum.backend.cuda.cases.Kernels;
import org.residuum.backend.cuda.driver.CudaException;
import org.residuum.backend.cuda.driver.CudaGraph;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.JCudaDriver;
import org.residuum.backend.cuda.kernel.Argument;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/** Launches as the driver sees them: entry, grid, block, and each byte of the arguments. */
final class LaunchChecks {
  private static final LaunchShape SHAPE = new LaunchShape(7, 5, 32, 4);

  private LaunchChecks() {}

  /** For a process of its own, in which CUDA_LAUNCH_BLOCKING is set. */
  static void addBlocking(Map<String, StandInChecks.Check> checks) {
    checks.put("a launch that blocks names its kernel", LaunchChecks::blockingFault);
  }

  static void add(Map<String, StandInChecks.Check> checks) {
    checks.put("launches arrive as they were asked for", LaunchChecks::launches);
    checks.put("recorded launches keep their arguments", LaunchChecks::recorded);
    checks.put("a fault of a kernel stays and is named", LaunchChecks::fault);
  }

  /** Every kernel, twice at once, so that arguments of two launches do not share memory. */
  private static void launches() {
    StandIn.run(StandIn.Mode.RECORD);
    StandIn.launches();
    StringBuilder expected = new StringBuilder();
    try (JCudaDriver driver = JCudaDriver.open(0);
        CudaStream stream = driver.createStream()) {
      StandIn.launches();
      List<Kernel> kernels = KernelTable.all();
      Runnable[] queue = new Runnable[2 * kernels.size()];
      for (int i = 0; i < queue.length; i++) {
        Kernel kernel = kernels.get(i / 2);
        ElementType storage = kernel.storages().iterator().next();
        Object[] arguments = arguments(kernel, 1000L * i);
        queue[i] = stream.launch(kernel, storage, SHAPE, arguments);
        expected.append(kernel.entry(storage)).append(" 7,5,1 32,4,1 ");
        expected.append(HexFormat.of().formatHex(layOut(arguments))).append('\n');
      }
      for (Runnable launch : queue) {
        launch.run();
      }
      assertEquals(expected.toString(), StandIn.launches());
    } finally {
      StandIn.run(StandIn.Mode.LATE);
    }
  }

  private static Object[] arguments(Kernel kernel, long first) {
    Object[] values = new Object[kernel.parameters().size()];
    for (int i = 0; i < values.length; i++) {
      Argument argument = kernel.parameters().get(i);
      long value = first + i + 1;
      switch (argument.type()) {
        case INT32 -> values[i] = (int) value;
        case FLOAT32 -> values[i] = value + 0.5f;
        default -> values[i] = value << 36 | value;
      }
    }
    return values;
  }

  /** Each argument aligned to its own size. */
  private static byte[] layOut(Object[] arguments) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * arguments.length).order(ByteOrder.LITTLE_ENDIAN);
    for (Object argument : arguments) {
      if (argument instanceof Long value) {
        bytes.position((bytes.position() + 7) / 8 * 8).putLong(value);
      } else if (argument instanceof Integer value) {
        bytes.putInt(value);
      } else {
        bytes.putFloat((Float) argument);
      }
    }
    byte[] laid = new byte[bytes.position()];
    bytes.get(0, laid);
    return laid;
  }

  /** A graph holds what launches were given when it was recorded, and runs nothing before. */
  private static void recorded() {
    try (JCudaDriver driver = JCudaDriver.open(0);
        CudaStream stream = driver.createStream()) {
      long x = driver.allocate(64, "x");
      long y = driver.allocate(64, "y");
      stream.fill(x, (byte) 1, 64);
      stream.fill(y, (byte) 2, 64);
      Runnable copy = stream.copying(y, x, 64);
      CudaGraph graph = stream.capture(copy);
      assertEquals(1, graph.nodes());
      assertEquals(2, firstByte(driver, stream, y));
      graph.launch();
      assertEquals(1, firstByte(driver, stream, y));
      assertThrows(CudaException.class, () -> stream.capture(stream::synchronize));
      graph.close();
      driver.free(x);
      driver.free(y);
    }
    NetworkChecks.assertClosed();
  }

  private static byte firstByte(JCudaDriver driver, CudaStream stream, long address) {
    ByteBuffer host = driver.allocateHost(64, "copy");
    stream.copyToHost(host, address, 64);
    stream.synchronize();
    byte value = host.get(0);
    driver.freeHost(host);
    return value;
  }

  /** 100 elements into room for 50: every later call answers the error, until the GPU is closed. */
  private static void fault() {
    JCudaDriver driver = JCudaDriver.open(0);
    CudaStream stream = driver.createStream();
    faulty(driver, stream).run();
    CudaException first = assertThrows(CudaException.class, stream::synchronize);
    assertTrue(first.getMessage().contains("700, CUDA_ERROR_ILLEGAL_ADDRESS"), first.getMessage());
    assertTrue(StandIn.fault().contains("multiply_forward_f32"), StandIn.fault());
    assertThrows(CudaException.class, () -> driver.allocate(256, "after a fault"));
    assertThrows(CudaException.class, stream::close);
    assertThrows(CudaException.class, driver::close);
    StandIn.restart();
  }

  private static Runnable faulty(JCudaDriver driver, CudaStream stream) {
    Kernel kernel = Kernels.kernel("multiply_forward");
    long room = driver.allocate(200, "too short");
    stream.fill(room, (byte) 0, 200);
    LaunchShape shape = new LaunchShape(1, 1, 256, 1);
    return stream.launch(kernel, ElementType.F32, shape, room, room, room, 100L);
  }

  private static void blockingFault() {
    JCudaDriver driver = JCudaDriver.open(0);
    Runnable launch = faulty(driver, driver.createStream());
    CudaException e = assertThrows(CudaException.class, launch::run);
    assertTrue(e.getMessage().startsWith("cuLaunchKernel (multiply_forward_f32, "), e.getMessage());
    assertTrue(e.getMessage().contains("700, CUDA_ERROR_ILLEGAL_ADDRESS"), e.getMessage());
    StandIn.restart();
  }
}
