package org.residuum;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.train.Examples;
import org.residuum.train.Prediction;
import org.residuum.train.PredictionSink;
import org.residuum.train.Predictor;

/** Tells pictures apart. Threads may share one: each call is whole, the next waits for it. */
public final class Classifier implements AutoCloseable {
  private static final int BATCH = 32;

  private final Plan plan;
  private final Predictor predictor;
  private final Preprocessing preprocessing;

  private Classifier(Plan plan, Predictor predictor, Preprocessing preprocessing) {
    this.plan = plan;
    this.predictor = predictor;
    this.preprocessing = preprocessing;
  }

  /** As {@link #open(Model, Device, int)} for up to 32 pictures at a time. */
  public static Classifier open(Model model, Device device) throws IOException {
    return open(model, device, BATCH);
  }

  /**
   * Compiles a model for a device, which has to stay open until this is closed.
   *
   * @param batch pictures that run at once
   * @throws org.residuum.format.FormatException where the model is no classifier of pictures, or
   *     does not say how they are normalised
   */
  public static Classifier open(Model model, Device device, int batch) throws IOException {
    model.requireClassifier();
    Preprocessing preprocessing = model.requirePreprocessing();
    CompileOptions options =
        Examples.ofPictures(preprocessing, Classifier::same)
            .fed(model.network(), CompileOptions.batch(batch));
    Plan plan = device.backend().compile(model.network(), model.parameters(), options);
    try {
      return new Classifier(
          plan, new Predictor(plan, model.labels(), preprocessing), preprocessing);
    } catch (RuntimeException e) {
      plan.close();
      throw e;
    }
  }

  private static Picture same(Picture picture) {
    return picture;
  }

  /**
   * The likeliest classes of a picture, the likeliest first.
   *
   * @param top how many classes at most
   * @throws org.residuum.train.NotFiniteException where the network gives NaN or an infinity
   */
  public List<Prediction> classify(Picture picture, int top) {
    return predictor.predict(picture, top);
  }

  /**
   * The same of a picture file.
   *
   * @throws IOException where it cannot be read
   */
  public List<Prediction> classify(Path picture, int top) throws IOException {
    return classify(Picture.read(picture, preprocessing.decoding()), top);
  }

  /** The same of many picture files, which several threads decode; one result a picture. */
  public List<List<Prediction>> classifyAll(List<Path> pictures, int top) throws IOException {
    List<List<Prediction>> results = new ArrayList<>();
    classifyAll(
        pictures,
        top,
        new PredictionSink<Path>() {
          @Override
          public void predicted(Path picture, List<Prediction> predictions) {
            results.add(predictions);
          }

          @Override
          public void failed(Path picture, IOException cause) throws IOException {
            throw cause;
          }
        });
    return results;
  }

  /**
   * The same, each result given to a sink as soon as it is there, in the order of the pictures.
   *
   * @throws IOException where the sink throws it
   */
  public void classifyAll(List<Path> pictures, int top, PredictionSink<? super Path> sink)
      throws IOException {
    predictor.predictAll(
        pictures.iterator(),
        Examples.ofPictures(preprocessing, preprocessing::fit),
        top,
        Devices.usualThreads(),
        sink);
  }

  /** Waits for the call that another thread is in; closing twice is harmless. */
  @Override
  public void close() {
    predictor.close();
    plan.close();
  }
}
