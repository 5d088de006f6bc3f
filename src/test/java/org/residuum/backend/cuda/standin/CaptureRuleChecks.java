package org.residuum.backend.cuda.standin;

import static jcuda.driver.CUresult.CUDA_ERROR_CAPTURED_EVENT;
import static jcuda.driver.CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
import static jcuda.driver.CUresult.CUDA_ERROR_STREAM_CAPTURE_ISOLATION;
import static jcuda.driver.CUresult.CUDA_ERROR_STREAM_CAPTURE_UNJOINED;
import static jcuda.driver.CUresult.CUDA_ERROR_STREAM_CAPTURE_UNMATCHED;
import static jcuda.driver.CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
import static jcuda.driver.CUresult.CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD;
import static jcuda.driver.CUresult.CUDA_SUCCESS;
import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuEventSynchronize;
import static jcuda.driver.JCudaDriver.cuGraphDestroy;
import static jcuda.driver.JCudaDriver.cuGraphExecDestroy;
import static jcuda.driver.JCudaDriver.cuGraphGetNodes;
import static jcuda.driver.JCudaDriver.cuGraphInstantiate;
import static jcuda.driver.JCudaDriver.cuGraphLaunch;
import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoH;
import static jcuda.driver.JCudaDriver.cuMemsetD8Async;
import static jcuda.driver.JCudaDriver.cuStreamBeginCapture;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamEndCapture;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;
import static jcuda.driver.JCudaDriver.cuStreamWaitEvent;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/** The stand-in keeps the driver's rules of capture, so that a breach of one shows. */
final class CaptureRuleChecks {
  private static final int THREAD_LOCAL = 1;
  private static final int RELAXED = 2;
  private static final long BYTES = 64;

  private final CUstream stream = new CUstream();
  private final CUstream other = new CUstream();
  private final CUevent event = new CUevent();
  private final CUdeviceptr memory = new CUdeviceptr();

  private CaptureRuleChecks() {
    answers(CUDA_SUCCESS, cuStreamCreate(stream, 1));
    answers(CUDA_SUCCESS, cuStreamCreate(other, 1));
    answers(CUDA_SUCCESS, cuEventCreate(event, 2));
    answers(CUDA_SUCCESS, cuMemAlloc(memory, 2 * BYTES));
  }

  static void add(Map<String, StandInChecks.Check> checks) {
    checks.put("rules of capture", CaptureRuleChecks::all);
  }

  private static void all() throws Exception {
    try (org.residuum.backend.cuda.driver.JCudaDriver driver =
        org.residuum.backend.cuda.driver.JCudaDriver.open(0)) {
      driver.memoryInfo();
      CaptureRuleChecks rules = new CaptureRuleChecks();
      rules.callsThatEndIt();
      rules.otherStreams();
      rules.otherThreads();
      rules.branchesKeepTheirOrder();
      rules.close();
    }
    NetworkChecks.assertClosed();
  }

  private static void answers(int expected, int got) {
    assertEquals(expected, got);
  }

  private void begin(int mode) {
    answers(CUDA_SUCCESS, cuStreamBeginCapture(stream, mode));
  }

  private void ends(int expected) {
    CUgraph graph = new CUgraph();
    answers(expected, cuStreamEndCapture(stream, graph));
    if (expected == CUDA_SUCCESS) {
      answers(CUDA_SUCCESS, cuGraphDestroy(graph));
    }
  }

  private int fill(CUstream where) {
    return cuMemsetD8Async(memory, (byte) 3, BYTES, where);
  }

  private void callsThatEndIt() {
    CUdeviceptr more = new CUdeviceptr();
    begin(THREAD_LOCAL);
    answers(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuMemAlloc(more, BYTES));
    answers(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, fill(stream));
    ends(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    begin(RELAXED);
    answers(CUDA_SUCCESS, cuMemAlloc(more, BYTES));
    answers(CUDA_SUCCESS, cuMemFree(more));
    ends(CUDA_SUCCESS);
    begin(RELAXED);
    answers(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuStreamSynchronize(stream));
    ends(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    begin(RELAXED);
    answers(CUDA_SUCCESS, cuEventRecord(event, stream));
    answers(CUDA_ERROR_CAPTURED_EVENT, cuEventSynchronize(event));
    ends(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
  }

  private void otherStreams() {
    answers(CUDA_SUCCESS, cuEventRecord(event, other));
    begin(THREAD_LOCAL);
    answers(CUDA_ERROR_STREAM_CAPTURE_ISOLATION, cuStreamWaitEvent(stream, event, 0));
    ends(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    begin(THREAD_LOCAL);
    answers(CUDA_SUCCESS, cuEventRecord(event, stream));
    answers(CUDA_SUCCESS, cuStreamWaitEvent(other, event, 0));
    answers(CUDA_SUCCESS, fill(other));
    answers(CUDA_ERROR_STREAM_CAPTURE_UNMATCHED, cuStreamEndCapture(other, new CUgraph()));
    ends(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    begin(THREAD_LOCAL);
    answers(CUDA_SUCCESS, cuEventRecord(event, stream));
    answers(CUDA_SUCCESS, cuStreamWaitEvent(other, event, 0));
    answers(CUDA_SUCCESS, fill(other));
    ends(CUDA_ERROR_STREAM_CAPTURE_UNJOINED);
  }

  private void otherThreads() throws Exception {
    begin(THREAD_LOCAL);
    int answer =
        CompletableFuture.supplyAsync(
                () -> {
                  JCudaDriver.cuCtxSetCurrent(context());
                  return cuStreamEndCapture(stream, new CUgraph());
                })
            .get();
    answers(CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD, answer);
    ends(CUDA_SUCCESS);
  }

  private static jcuda.driver.CUcontext context() {
    jcuda.driver.CUcontext context = new jcuda.driver.CUcontext();
    jcuda.driver.CUdevice device = new jcuda.driver.CUdevice();
    JCudaDriver.cuDeviceGet(device, 0);
    JCudaDriver.cuDevicePrimaryCtxRetain(context, device);
    JCudaDriver.cuDevicePrimaryCtxRelease(device);
    return context;
  }

  /** Stream: 1 into the first half; other: copies it; stream, behind it: 2 into the first half. */
  private void branchesKeepTheirOrder() {
    CUdeviceptr copy = memory.withByteOffset(BYTES);
    CUgraph graph = new CUgraph();
    begin(THREAD_LOCAL);
    answers(CUDA_SUCCESS, cuMemsetD8Async(memory, (byte) 1, BYTES, stream));
    answers(CUDA_SUCCESS, cuEventRecord(event, stream));
    answers(CUDA_SUCCESS, cuStreamWaitEvent(other, event, 0));
    answers(CUDA_SUCCESS, cuMemcpyDtoDAsync(copy, memory, BYTES, other));
    answers(CUDA_SUCCESS, cuEventRecord(event, other));
    answers(CUDA_SUCCESS, cuStreamWaitEvent(stream, event, 0));
    answers(CUDA_SUCCESS, cuMemsetD8Async(memory, (byte) 2, BYTES, stream));
    answers(CUDA_SUCCESS, cuStreamEndCapture(stream, graph));
    long[] nodes = new long[1];
    answers(CUDA_SUCCESS, cuGraphGetNodes(graph, null, nodes));
    assertEquals(3, nodes[0]);
    CUgraphExec replay = new CUgraphExec();
    answers(CUDA_SUCCESS, cuGraphInstantiate(replay, graph, 0));
    answers(CUDA_SUCCESS, cuGraphLaunch(replay, stream));
    answers(CUDA_SUCCESS, cuStreamSynchronize(stream));
    byte[] bytes = new byte[(int) (2 * BYTES)];
    answers(CUDA_SUCCESS, cuMemcpyDtoH(Pointer.to(bytes), memory, bytes.length));
    assertEquals(2, bytes[0]);
    assertEquals(1, bytes[(int) BYTES]);
    answers(CUDA_SUCCESS, cuGraphExecDestroy(replay));
    answers(CUDA_SUCCESS, cuGraphDestroy(graph));
  }

  private void close() {
    answers(CUDA_SUCCESS, cuMemFree(memory));
    answers(CUDA_SUCCESS, JCudaDriver.cuEventDestroy(event));
    answers(CUDA_SUCCESS, cuStreamDestroy(other));
    answers(CUDA_SUCCESS, cuStreamDestroy(stream));
  }
}
