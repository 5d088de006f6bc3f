package org.residuum.backend.cpu.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_wait;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;

/** Kernels with their arguments at fixed addresses, run one after the other on one stream. */
public final class Bindings implements AutoCloseable {
  private final ToLongFunction<Operand> addresses;
  private final NativeObjects objects = new NativeObjects();
  private final dnnl_stream stream = OneDnn.createStream(objects);
  private final List<dnnl_exec_arg_t> argumentLists = new ArrayList<>();
  private HostStep[] steps = {};

  public Bindings(ToLongFunction<Operand> addresses) {
    this.addresses = addresses;
  }

  /** The address of a direct buffer's first element. */
  public static long address(FloatBuffer direct) {
    return new Pointer(direct).address() + 4L * direct.position();
  }

  public void bind(List<Kernel> kernels) {
    steps = kernels.stream().map(this::bind).toArray(HostStep[]::new);
  }

  private HostStep bind(Kernel kernel) {
    if (kernel instanceof Kernel.Host host) {
      return host.factory()
          .bind(
              (operand, elements) -> NativeMemory.floats(addresses.applyAsLong(operand), elements));
    }
    Kernel.Primitive step = (Kernel.Primitive) kernel;
    int count = step.arguments().size();
    dnnl_exec_arg_t list = new dnnl_exec_arg_t(count);
    for (int i = 0; i < count; i++) {
      Kernel.Argument argument = step.arguments().get(i);
      list.position(i).arg(argument.index()).memory(memory(argument));
    }
    list.position(0);
    argumentLists.add(list);
    dnnl_primitive primitive = step.primitive();
    return () ->
        OneDnn.check(
            dnnl_primitive_execute(primitive, stream, count, list), "dnnl_primitive_execute");
  }

  private dnnl_memory memory(Kernel.Argument argument) {
    Pointer address = NativeMemory.at(addresses.applyAsLong(argument.operand()));
    return objects.create(
        new dnnl_memory(),
        "dnnl_memory_create",
        made -> dnnl_memory_create(made, argument.desc(), OneDnn.engine(), address),
        dnnl::dnnl_memory_destroy);
  }

  public void run() {
    for (HostStep step : steps) {
      step.run();
    }
    OneDnn.check(dnnl_stream_wait(stream), "dnnl_stream_wait");
  }

  /** Runs the kernels one by one and adds the seconds of each to {@code seconds}. */
  public void profile(double[] seconds) {
    for (int i = 0; i < steps.length; i++) {
      long start = System.nanoTime();
      steps[i].run();
      OneDnn.check(dnnl_stream_wait(stream), "dnnl_stream_wait");
      seconds[i] += (System.nanoTime() - start) / 1e9;
    }
  }

  @Override
  public void close() {
    objects.close();
    argumentLists.forEach(Pointer::close);
    argumentLists.clear();
  }
}
