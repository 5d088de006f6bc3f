package org.residuum.backend.cpu.onednn;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.lower.LoadingThread;
import org.residuum.backend.lower.NativeFailure;

/** oneDNN's engine, and the one check that every call of its C interface passes. */
public final class OneDnn {
  private static final String FOLDER_OPTION = "-D" + JavaCppCache.PROPERTY + "=";

  private static volatile dnnl_engine engine;
  private static BackendUnavailableException failure;

  private OneDnn() {}

  public static dnnl_engine engine() {
    if (engine == null) {
      load();
    }
    return engine;
  }

  /**
   * Loads oneDNN at the first call.
   *
   * @throws BackendUnavailableException if that fails, with the reason and the remedy; a failure in
   *     the dynamic linker or in an initialiser is permanent
   */
  public static synchronized void load() {
    if (failure != null) {
      throw new BackendUnavailableException(failure.getMessage(), failure);
    }
    if (engine != null) {
      return;
    }
    try {
      engine = LoadingThread.call(OneDnn::createEngine);
    } catch (LinkageError | IllegalCallerException e) {
      failure = unavailable(NativeFailure.reason(e), remedy(e), e);
      throw failure;
    } catch (UncheckedIOException e) {
      throw unavailable(e.getCause().getMessage(), NativeFailure.folder(FOLDER_OPTION), e);
    }
  }

  private static dnnl_engine createEngine() {
    try {
      JavaCppCache.choose();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Workers.prepare();
    dnnl_engine created = new dnnl_engine();
    check(dnnl.dnnl_engine_create(created, dnnl.dnnl_cpu, 0), "dnnl_engine_create");
    return created;
  }

  private static String remedy(Throwable error) {
    return NativeFailure.remedy(
        error,
        OneDnn.class,
        "org.bytedeco's dnnl, opencl and javacpp with the classifier of this platform",
        FOLDER_OPTION);
  }

  private static BackendUnavailableException unavailable(
      String reason, String remedy, Throwable cause) {
    return new BackendUnavailableException(
        "cannot load oneDNN for "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
            + ": "
            + reason
            + "; "
            + remedy
            + ", or use the reference backend (--device reference)",
        cause);
  }

  static dnnl_stream createStream(NativeObjects owner) {
    return owner.create(
        new dnnl_stream(),
        "dnnl_stream_create",
        made -> dnnl.dnnl_stream_create(made, engine(), dnnl.dnnl_stream_default_flags),
        dnnl::dnnl_stream_destroy);
  }

  /** Throws unless the call succeeded. */
  public static void check(int status, String call) {
    if (status != dnnl.dnnl_success) {
      throw new IllegalStateException(
          call
              + " of oneDNN failed with status "
              + status
              + (status == dnnl.dnnl_unimplemented ? " (not implemented for these shapes)" : ""));
    }
  }
}
