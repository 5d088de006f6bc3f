package org.residuum.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.OutOfDeviceMemoryException;
import org.residuum.backend.cuda.driver.Resources;
import org.residuum.backend.cuda.op.CudaStep;
import org.residuum.backend.cuda.op.Derivation;
import org.residuum.backend.cuda.op.ParameterRows;
import org.residuum.backend.lower.ParameterSource;
import org.residuum.backend.lower.Place;
import org.residuum.backend.lower.Program;
import org.residuum.network.ElementType;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;

/** The parameters of an inference plan: one allocation, each in the form in which steps read it. */
final class PlanWeights implements ParameterSource, AutoCloseable {
  private static final long ALIGNMENT = 256;

  /** A tensor to upload, and its offset in bytes. */
  private record Item(Tensor tensor, ElementType storage, long offset) {
    int elements() {
      return ParameterRows.of(tensor.shape()).elements();
    }

    long bytes() {
      return (long) elements() * storage.bytes();
    }
  }

  private final CudaDriver driver;
  private final String label;
  private final Resources resources = new Resources();
  private final Map<Place.Region, Item> items = new LinkedHashMap<>();
  private final long base;
  private long bytes;

  /** Uploads what the program's steps read. */
  PlanWeights(Device device, Program<CudaStep, Derivation> program, Parameters parameters) {
    this.driver = device.driver();
    this.label = "weights of " + program.network().name();
    for (CudaStep step : program.steps()) {
      step.places().forEach(place -> put(place.region(), device.precision(), program, parameters));
    }
    try {
      this.base = bytes == 0 ? 0 : resources.allocate(driver, bytes, this.label);
      upload();
    } catch (OutOfDeviceMemoryException e) {
      resources.close();
      throw MemoryAdvice.smallerNetwork(e, device.precision());
    } catch (RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  private void put(
      Place.Region region,
      Precision precision,
      Program<CudaStep, Derivation> program,
      Parameters parameters) {
    if (region instanceof Place.Weight weight) {
      put(weight, parameters.get(weight.name()), precision.storage());
    } else if (region instanceof Place.OfParameter vector) {
      put(vector, parameters.get(vector.name()), ElementType.F32);
    } else if (region instanceof Place.Derived derived) {
      float[] values = program.derived().get(derived.index()).of(parameters);
      Tensor tensor = new Tensor(Shape.of(values.length), FloatBuffer.wrap(values));
      put(derived, tensor, ElementType.F32);
    }
  }

  private void put(Place.Region region, Tensor tensor, ElementType storage) {
    Item item = new Item(tensor, storage, bytes);
    if (items.putIfAbsent(region, item) == null) {
      bytes += (item.bytes() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
  }

  private void upload() {
    long largest = items.values().stream().mapToLong(item -> 4L * item.elements()).max().orElse(0);
    if (largest == 0) {
      return;
    }
    boolean casts = items.values().stream().anyMatch(item -> item.storage() != ElementType.F32);
    try (Resources temporary = new Resources()) {
      CudaStream stream = driver.createStream();
      temporary.add(stream::close);
      ByteBuffer host = driver.allocateHost(largest, label);
      temporary.add(() -> driver.freeHost(host));
      long single = casts ? temporary.allocate(driver, largest, "weights to be cast") : 0;
      temporary.add(stream::synchronize);
      for (Item item : items.values()) {
        upload(item, host, single, stream);
      }
    }
  }

  private void upload(Item item, ByteBuffer host, long single, CudaStream stream) {
    int elements = item.elements();
    if (elements == 0) {
      return;
    }
    ParameterRows.toDevice(
        item.tensor().shape(), item.tensor().data(), host.asFloatBuffer().slice(0, elements));
    long target = base + item.offset();
    if (item.storage() == ElementType.F32) {
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

  private long address(Place.Region start) {
    return base + items.get(start).offset();
  }

  @Override
  public long weight(String name) {
    return address(new Place.Weight(name));
  }

  @Override
  public long parameter(String name) {
    return address(new Place.OfParameter(name));
  }

  @Override
  public long derived(int index) {
    return address(new Place.Derived(index));
  }

  @Override
  public void close() {
    resources.close();
  }
}
