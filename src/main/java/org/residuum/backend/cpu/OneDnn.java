package org.residuum.backend.cpu;

import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_engine_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_default_flags;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;
import static org.bytedeco.dnnl.global.dnnl.dnnl_unimplemented;

import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.backend.LoadingThread;

/** oneDNN's engine, and the one check that every call of its C interface passes. */
final class OneDnn {
  private OneDnn() {}

  /** Loads oneDNN at the first call. */
  static dnnl_engine engine() {
    return Library.ENGINE;
  }

  private static dnnl_engine createEngine() {
    Workers.prepare();
    dnnl_engine engine = new dnnl_engine();
    check(dnnl_engine_create(engine, dnnl_cpu, 0), "dnnl_engine_create");
    return engine;
  }

  /** Apart, so that the thread that loads does not wait for the initialiser that waits for it. */
  private static final class Library {
    static final dnnl_engine ENGINE = LoadingThread.call(OneDnn::createEngine);
  }

  static dnnl_stream createStream(NativeObjects owner) {
    return owner.create(
        new dnnl_stream(),
        "dnnl_stream_create",
        made -> dnnl_stream_create(made, engine(), dnnl_stream_default_flags),
        dnnl::dnnl_stream_destroy);
  }

  /** Throws unless the call succeeded. */
  static void check(int status, String call) {
    if (status != dnnl_success) {
      throw new IllegalStateException(
          call
              + " of oneDNN failed with status "
              + status
              + (status == dnnl_unimplemented ? " (not implemented for these shapes)" : ""));
    }
  }
}
