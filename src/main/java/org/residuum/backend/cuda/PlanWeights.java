package org.residuum.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.OutOfDeviceMemoryException;
import org.residuum.backend.cuda.driver.Resources;
import org.residuum.backend.cuda.kernel.Storage;
import org.residuum.backend.cuda.op.Assembly;
import org.residuum.backend.cuda.op.ChannelsLast;
import org.residuum.backend.cuda.op.Operand;
import org.residuum.backend.cuda.op.Step;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;

/** The parameters of an inference plan: one allocation, each in the form in which steps read it. */
final class PlanWeights implements ParameterSource, AutoCloseable {
  private static final long ALIGNMENT = 256;

  /** What is to be uploaded and where it goes. */
  private record Item(Shape shape, FloatBuffer values, Storage storage, long offset) {}

  private final CudaDriver driver;
  private final String label;
  private final Resources resources = new Resources();
  private final Map<Operand, Item> items = new LinkedHashMap<>();
  private final long base;
  private long bytes;

  /** Uploads what the assembly's steps read. */
  PlanWeights(CudaDriver driver, Assembly assembly, Parameters parameters, String label) {
    this.driver = driver;
    this.label = "weights of " + label;
    for (Step step : assembly.steps()) {
      if (step instanceof Step.Product product) {
        place(product.b(), assembly, parameters);
      } else if (step instanceof Step.Launch launch) {
        launch.arguments().forEach(argument -> place(argument, assembly, parameters));
      }
    }
    try {
      this.base = bytes == 0 ? 0 : resources.allocate(driver, bytes, this.label);
      upload();
    } catch (OutOfDeviceMemoryException e) {
      resources.close();
      throw MemoryAdvice.smallerNetwork(e, assembly.precision());
    } catch (RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  private void place(Object argument, Assembly assembly, Parameters parameters) {
    if (argument instanceof Operand.Weight weight) {
      Tensor tensor = parameters.get(weight.name());
      place(
          new Operand.Weight(weight.name(), 0),
          new Item(tensor.shape(), tensor.data(), Storage.of(assembly.precision()), bytes));
    } else if (argument instanceof Operand.Vector vector) {
      Tensor tensor = parameters.get(vector.name());
      place(
          new Operand.Vector(vector.name(), 0),
          new Item(tensor.shape(), tensor.data(), Storage.F32, bytes));
    } else if (argument instanceof Operand.Derived derived) {
      float[] values = assembly.derivations().get(derived.name()).of(parameters);
      Item item = new Item(Shape.of(values.length), FloatBuffer.wrap(values), Storage.F32, bytes);
      place(new Operand.Derived(derived.name(), 0), item);
    }
  }

  private void place(Operand key, Item item) {
    if (items.putIfAbsent(key, item) == null) {
      long size = (long) item.values().limit() * item.storage().bytes();
      bytes += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
  }

  private void upload() {
    long largest = items.values().stream().mapToLong(i -> 4L * i.values().limit()).max().orElse(0);
    if (largest == 0) {
      return;
    }
    boolean casts = items.values().stream().anyMatch(item -> item.storage() != Storage.F32);
    try (Resources temporary = new Resources();
        CudaStream stream = driver.createStream()) {
      ByteBuffer host = driver.allocateHost(largest, label);
      temporary.add(() -> driver.freeHost(host));
      long single = casts ? temporary.allocate(driver, largest, "weights to be cast") : 0;
      for (Item item : items.values()) {
        upload(item, host, single, stream);
      }
    }
  }

  private void upload(Item item, ByteBuffer host, long single, CudaStream stream) {
    int elements = item.values().limit();
    if (elements == 0) {
      return;
    }
    ChannelsLast.toDevice(item.shape(), item.values(), host.asFloatBuffer().slice(0, elements));
    long target = base + item.offset();
    if (item.storage() == Storage.F32) {
      stream.copyToDevice(target, host, 4L * elements);
    } else {
      stream.copyToDevice(single, host, 4L * elements);
      Casts.fromF32(stream, single, target, elements).run();
    }
    stream.synchronize();
  }

  /** Bytes of the allocation. */
  long bytes() {
    return bytes;
  }

  private long address(Operand key) {
    return base + items.get(key).offset();
  }

  @Override
  public long weight(String name) {
    return address(new Operand.Weight(name, 0));
  }

  @Override
  public long vector(String name) {
    return address(new Operand.Vector(name, 0));
  }

  @Override
  public long derived(String name) {
    return address(new Operand.Derived(name, 0));
  }

  @Override
  public long gradient(String name) {
    throw new IllegalStateException("an inference plan has no gradient of " + name);
  }

  @Override
  public void close() {
    resources.close();
  }
}
