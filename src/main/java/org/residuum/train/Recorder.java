package org.residuum.train;

import java.util.function.Consumer;
import org.residuum.train.event.EpochEvent;
import org.residuum.train.event.EvaluationEvent;
import org.residuum.train.event.StepEvent;

/**
 * Flight Recorder's events of a training; nothing where the Java runtime has no {@code jdk.jfr} or
 * records none. Each method begins an event, and what it gives ends it.
 */
final class Recorder {
  private static final boolean PRESENT = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  private Recorder() {}

  private static void nobody(Object ended) {}

  /** A step and how many nanoseconds it has waited for its batch. */
  record Step(TrainingListener.TrainingStep step, int images, long waited) {}

  static Consumer<? super Step> step() {
    return PRESENT ? Events.step() : Recorder::nobody;
  }

  static Consumer<? super TrainingResult.EpochResult> epoch() {
    return PRESENT ? Events.epoch() : Recorder::nobody;
  }

  static Consumer<? super Evaluation> evaluation(String data) {
    return PRESENT ? Events.evaluation(data) : Recorder::nobody;
  }

  /** Loaded only where the classes of events can be. */
  private static final class Events {
    private static final double NANOS = 1e9;

    static Consumer<? super Step> step() {
      StepEvent event = new StepEvent();
      if (!event.isEnabled()) {
        return Recorder::nobody;
      }
      event.begin();
      return done -> {
        event.epoch = done.step().epoch();
        event.step = done.step().step();
        event.loss = done.step().loss();
        event.learningRate = done.step().learningRate();
        event.gradientNorm = done.step().gradientNorm();
        event.images = done.images();
        event.waiting = done.waited();
        event.commit();
      };
    }

    static Consumer<? super TrainingResult.EpochResult> epoch() {
      EpochEvent event = new EpochEvent();
      if (!event.isEnabled()) {
        return Recorder::nobody;
      }
      event.begin();
      return result -> {
        event.epoch = result.epoch();
        event.steps = result.pace().steps();
        event.trainLoss = result.trainLoss();
        event.trainAccuracy = result.trainAccuracy();
        event.validationLoss = result.validation().loss();
        event.validationAccuracy = result.validation().top1();
        event.imagesPerSecond = result.imagesPerSecond();
        event.waiting = (long) (result.pace().waitingSeconds() * NANOS);
        event.commit();
      };
    }

    static Consumer<? super Evaluation> evaluation(String data) {
      EvaluationEvent event = new EvaluationEvent();
      if (!event.isEnabled()) {
        return Recorder::nobody;
      }
      event.begin();
      return result -> {
        event.data = data;
        event.examples = result.examples();
        event.loss = result.loss();
        event.accuracy = result.top1();
        event.commit();
      };
    }
  }
}
