package org.residuum.backend.cpu.onednn;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;
import org.residuum.backend.lower.Place;

/** Steps with their operands at fixed addresses, run one after the other on one stream. */
public final class Bindings implements AutoCloseable {
  private final Place.Regions regions;
  private final NativeObjects objects = new NativeObjects();
  private final dnnl_stream stream = OneDnn.createStream(objects);
  private final List<dnnl_exec_arg_t> argumentLists = new ArrayList<>();
  private final HostStep[] steps;

  /** Binds the steps to the addresses in some regions. */
  public Bindings(List<CpuStep> program, Place.Regions regions) {
    this.regions = regions;
    try {
      steps = program.stream().map(this::bind).toArray(HostStep[]::new);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** The address of a direct buffer's first element. */
  public static long address(FloatBuffer direct) {
    return new Pointer(direct).address() + 4L * direct.position();
  }

  private HostStep bind(CpuStep step) {
    if (step instanceof CpuStep.Host host) {
      return host.factory().bind(place -> place.address(regions));
    }
    CpuStep.Primitive bound = (CpuStep.Primitive) step;
    int count = bound.arguments().size();
    dnnl_exec_arg_t list = new dnnl_exec_arg_t(count);
    for (int i = 0; i < count; i++) {
      CpuStep.Argument argument = bound.arguments().get(i);
      list.position(i).arg(argument.index()).memory(memory(argument));
    }
    list.position(0);
    argumentLists.add(list);
    dnnl_primitive primitive = bound.primitive();
    return () ->
        OneDnn.check(
            dnnl.dnnl_primitive_execute(primitive, stream, count, list), "dnnl_primitive_execute");
  }

  private dnnl_memory memory(CpuStep.Argument argument) {
    Pointer address = NativeMemory.at(argument.place().address(regions));
    return objects.create(
        new dnnl_memory(),
        "dnnl_memory_create",
        made -> dnnl.dnnl_memory_create(made, argument.desc(), OneDnn.engine(), address),
        dnnl::dnnl_memory_destroy);
  }

  public void run() {
    for (HostStep step : steps) {
      step.run();
    }
    OneDnn.check(dnnl.dnnl_stream_wait(stream), "dnnl_stream_wait");
  }

  /** Runs the steps one by one and adds the seconds of each to {@code seconds}. */
  public void profile(double[] seconds) {
    for (int i = 0; i < steps.length; i++) {
      long start = System.nanoTime();
      steps[i].run();
      OneDnn.check(dnnl.dnnl_stream_wait(stream), "dnnl_stream_wait");
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
