package org.residuum.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * What a Java programmer writes to classify a folder with the JDK and ONNX Runtime: ImageIO decodes
 * in a pool of threads, a batch ahead of the one that runs; Graphics2D resizes the shorter side to
 * 256 and the centre is cut out. The yardstick of {@code scripts/bench-pictures}.
 *
 * <p>Arguments: model.onnx, folder, file.csv, batch size, threads.
 */
final class PlainClassifier {
  private static final int SIDE = 224;
  private static final int SHORTER = 256;
  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] STD = {0.229f, 0.224f, 0.225f};

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final ExecutorService pool;
  private final OrtSession session;
  private final int batch;

  private PlainClassifier(Path model, int batch, int threads) throws OrtException {
    this.batch = batch;
    this.pool =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "decoder");
              thread.setDaemon(true);
              return thread;
            });
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setIntraOpNumThreads(threads);
      this.session = environment.createSession(model.toString(), options);
    }
  }

  public static void main(String[] arguments) throws Exception {
    ImageIO.setUseCache(false);
    Path folder = Path.of(arguments[1]);
    PlainClassifier classifier =
        new PlainClassifier(
            Path.of(arguments[0]),
            Integer.parseInt(arguments[3]),
            Integer.parseInt(arguments[4]));
    List<Path> files;
    try (Stream<Path> found = Files.list(folder)) {
      files = found.sorted().toList();
    }
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(Path.of(arguments[2])))) {
      out.println("file,label,probability");
      classifier.run(files, out);
    }
    System.exit(0);
  }

  private void run(List<Path> files, PrintWriter out)
      throws OrtException, InterruptedException, ExecutionException {
    List<Future<float[]>> next = decode(files, 0);
    for (int from = 0; from < files.size(); from += batch) {
      List<Future<float[]>> current = next;
      next = decode(files, from + batch);
      FloatBuffer values = Floats.direct(current.size() * 3 * SIDE * SIDE);
      for (Future<float[]> one : current) {
        values.put(one.get());
      }
      values.rewind();
      classify(values, files.subList(from, from + current.size()), out);
    }
  }

  private List<Future<float[]>> decode(List<Path> files, int from) {
    List<Future<float[]>> started = new ArrayList<>();
    for (Path file : files.subList(Math.min(from, files.size()), Math.min(from + batch, files.size()))) {
      started.add(pool.submit(() -> decode(file)));
    }
    return started;
  }

  private static float[] decode(Path file) throws IOException {
    BufferedImage picture = ImageIO.read(file.toFile());
    int width = picture.getWidth();
    int height = picture.getHeight();
    double scale = (double) SHORTER / Math.min(width, height);
    int scaledWidth = (int) Math.round(width * scale);
    int scaledHeight = (int) Math.round(height * scale);
    BufferedImage fitted = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = fitted.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(
        picture,
        (SIDE - scaledWidth) / 2,
        (SIDE - scaledHeight) / 2,
        scaledWidth,
        scaledHeight,
        null);
    graphics.dispose();
    int[] pixels = fitted.getRGB(0, 0, SIDE, SIDE, null, 0, SIDE);
    float[] values = new float[3 * SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      for (int c = 0; c < 3; c++) {
        int value = pixels[i] >> 16 - 8 * c & 255;
        values[c * SIDE * SIDE + i] = (value / 255f - MEAN[c]) / STD[c];
      }
    }
    return values;
  }

  private void classify(FloatBuffer values, List<Path> files, PrintWriter out)
      throws OrtException {
    long[] shape = {files.size(), 3, SIDE, SIDE};
    String input = session.getInputNames().iterator().next();
    try (OnnxTensor x = OnnxTensor.createTensor(environment, values, shape);
        OrtSession.Result result = session.run(Map.of(input, x))) {
      float[][] logits = (float[][]) result.get(0).getValue();
      for (int row = 0; row < logits.length; row++) {
        int best = 0;
        for (int k = 1; k < logits[row].length; k++) {
          best = logits[row][k] > logits[row][best] ? k : best;
        }
        double sum = 0;
        for (float logit : logits[row]) {
          sum += Math.exp(logit - logits[row][best]);
        }
        out.printf(Locale.ROOT, "%s,%d,%.6f%n", files.get(row), best, 1 / sum);
      }
    }
  }
}
