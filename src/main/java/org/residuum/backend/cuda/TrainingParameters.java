package org.residuum.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.OutOfDeviceMemoryException;
import org.residuum.backend.cuda.driver.Resources;
import org.residuum.backend.cuda.op.ChannelsLast;
import org.residuum.backend.cuda.op.CudaStep;
import org.residuum.backend.cuda.op.Derivation;
import org.residuum.backend.lower.FlatLayout;
import org.residuum.backend.lower.FlatLayout.Slice;
import org.residuum.backend.lower.FlatUpdate;
import org.residuum.backend.lower.ParameterSource;
import org.residuum.backend.lower.Program;
import org.residuum.network.ElementType;
import org.residuum.network.Parameters;
import org.residuum.network.Tensor;

/**
 * The parameters of a training session in one flat fp32 buffer, trained ones first, each at a
 * multiple of 16 elements; the trained ones' gradients in a second one; in bf16 a copy of trained
 * and frozen ones for products; and what is derived from frozen ones. Four axes are stored channels
 * last.
 */
final class TrainingParameters implements ParameterSource, AutoCloseable {
  private static final int ALIGNMENT = 64;

  private final CudaDriver driver;
  private final CudaStream stream;
  private final Precision precision;
  private final Resources resources = new Resources();
  private final FlatLayout layout;
  private final long values;
  private final long gradients;
  private final long copies;
  private final List<Derivation> derivations;
  private final long[] derived;
  private final Runnable refreshCopies;

  /**
   * Through which parameters and what is laid out like them go, page-locked: to lock new memory for
   * each checkpoint takes longer than its copy.
   */
  private final ByteBuffer host;

  TrainingParameters(
      CudaDriver driver,
      CudaStream stream,
      Precision precision,
      Program<CudaStep, Derivation> program,
      Parameters initial) {
    this.driver = driver;
    this.stream = stream;
    this.precision = precision;
    this.layout = new FlatLayout(program.network());
    this.derivations = program.derived();
    this.derived = new long[derivations.size()];
    long all = layout.elements();
    long trained = layout.trainedElements();
    long copyBytes = precision.storage() == ElementType.F32 ? 0 : 2L * layout.learnableElements();
    long bytes = place(4L * all + 4L * trained + copyBytes, initial);
    this.values = allocate(Math.max(64, bytes));
    this.gradients = values + 4L * all;
    this.copies = gradients + 4L * trained;
    try {
      this.host = resources.allocateHost(driver, Math.max(64, 4L * all), "parameters on the host");
      stream.fill(values, (byte) 0, bytes);
      this.refreshCopies = casting(layout.trainedElements());
      restore(initial);
    } catch (RuntimeException e) {
      resources.add(stream::synchronize);
      resources.closeAfter(e);
      throw e;
    }
  }

  /** Gives what is derived its offsets from there on, and gives the end. */
  private long place(long from, Parameters initial) {
    long end = from;
    for (int i = 0; i < derived.length; i++) {
      derived[i] = end;
      end += (4L * derivations.get(i).of(initial).length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    return end;
  }

  private long allocate(long bytes) {
    try {
      return resources.allocate(driver, bytes, "parameters and gradients");
    } catch (OutOfDeviceMemoryException e) {
      throw MemoryAdvice.smallerNetwork(e, precision);
    }
  }

  FlatLayout layout() {
    return layout;
  }

  long values() {
    return values;
  }

  long gradients() {
    return gradients;
  }

  /** What updates the copies that products read. */
  Runnable refreshCopies() {
    return refreshCopies;
  }

  private Runnable casting(int elements) {
    return precision.storage() == ElementType.F32 || elements == 0
        ? () -> {}
        : Casts.fromF32(stream, values, copies, elements);
  }

  /** Overwrites all parameters. */
  void restore(Parameters parameters) {
    write(values, layout.slices(), layout.elements(), parameters);
    casting(layout.learnableElements()).run();
    for (int i = 0; i < derived.length; i++) {
      writeDerived(values + derived[i], derivations.get(i).of(parameters));
    }
    stream.synchronize();
  }

  private void writeDerived(long address, float[] contents) {
    ByteBuffer own = driver.allocateHost(4L * contents.length, "what is derived of parameters");
    try {
      own.asFloatBuffer().put(0, contents);
      stream.copyToDevice(address, own, 4L * contents.length);
      stream.synchronize();
    } finally {
      driver.freeHost(own);
    }
  }

  /** A copy of all parameters. */
  Parameters snapshot() {
    return read(values, layout.slices(), layout.elements());
  }

  /** Overwrites a buffer laid out like all parameters. */
  void writeAll(long address, Parameters contents) {
    write(address, layout.slices(), layout.elements(), contents);
  }

  /** A copy of such a buffer. */
  Parameters readAll(long address) {
    return read(address, layout.slices(), layout.elements());
  }

  /** Overwrites a buffer laid out like the trained parameters. */
  void writeTrained(long address, Parameters contents) {
    write(address, layout.trained(), layout.trainedElements(), contents);
  }

  /** A copy of such a buffer. */
  Parameters readTrained(long address) {
    return read(address, layout.trained(), layout.trainedElements());
  }

  private void write(long address, Collection<Slice> which, int elements, Parameters contents) {
    which.forEach(slice -> contents.requireShape(slice.spec()));
    if (elements == 0) {
      return;
    }
    FloatBuffer floats = host.asFloatBuffer();
    for (Slice slice : which) {
      Tensor tensor = contents.get(slice.spec().name());
      ChannelsLast.toDevice(
          tensor.shape(), tensor.data(), floats.slice(slice.offset(), slice.elements()));
    }
    stream.copyToDevice(address, host, 4L * elements);
    stream.synchronize();
  }

  private Parameters read(long address, Collection<Slice> which, int elements) {
    Map<String, Tensor> copiesByName = new LinkedHashMap<>();
    if (elements > 0) {
      stream.copyToHost(host, address, 4L * elements);
      stream.synchronize();
      FloatBuffer floats = host.asFloatBuffer();
      for (Slice slice : which) {
        copiesByName.put(
            slice.spec().name(),
            new Tensor(slice.spec().shape(), logical(slice, floats, slice.offset())));
      }
    }
    return new Parameters(copiesByName);
  }

  private static FloatBuffer logical(Slice slice, FloatBuffer device, int offset) {
    FloatBuffer logical = FloatBuffer.allocate(slice.elements());
    ChannelsLast.toHost(slice.spec().shape(), device.slice(offset, slice.elements()), logical);
    return logical;
  }

  /** A copy of a gradient in PyTorch's layout. */
  FloatBuffer gradientValues(String name) {
    Slice slice = layout.trained(name);
    stream.copyToHost(host, gradient(name), 4L * slice.elements());
    stream.synchronize();
    return logical(slice, host.asFloatBuffer(), 0);
  }

  /** The norms of the gradients, which are copied to the host for them. */
  Map<String, Double> gradientNorms() {
    int elements = layout.trainedElements();
    if (elements == 0) {
      return Map.of();
    }
    stream.copyToHost(host, gradients, 4L * elements);
    stream.synchronize();
    return new FlatUpdate().norms(host.asFloatBuffer(), layout.trained());
  }

  @Override
  public long weight(String name) {
    return precision.storage() == ElementType.F32
        ? parameter(name)
        : copies + 2L * layout.slice(name).offset();
  }

  @Override
  public long parameter(String name) {
    return values + 4L * layout.slice(name).offset();
  }

  @Override
  public long derived(int index) {
    return values + derived[index];
  }

  @Override
  public long gradient(String name) {
    return gradients + 4L * layout.trained(name).offset();
  }

  @Override
  public void close() {
    resources.close();
  }
}
