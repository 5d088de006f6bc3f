package org.residuum.backend.cuda;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Slot;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.OutOfDeviceMemoryException;
import org.residuum.backend.cuda.driver.Resources;
import org.residuum.backend.lower.Learner;
import org.residuum.backend.lower.LoweredTraining;
import org.residuum.network.Network;
import org.residuum.network.Parameters;

/** A session with its own plan, parameters, gradients and optimiser, all on the device. */
final class CudaTraining extends CudaSession implements LoweredTraining {
  private final TrainingParameters parameters;
  private final Optimizer optimizer;
  private final Map<Slot, LearningStep> steps = new IdentityHashMap<>();

  private CudaTraining(CudaPlan plan, TrainingParameters parameters, CudaStream stream) {
    super(plan, parameters, stream, plan::close);
    this.parameters = parameters;
    Resources onFailure = new Resources();
    onFailure.add(super::free);
    try {
      this.optimizer = new Optimizer(plan.driver(), stream, parameters);
      onFailure.add(optimizer::close);
      for (Slot slot : slots()) {
        LearningStep step = new LearningStep(this, (CudaSlot) slot, optimizer, streams().out());
        owns(step::close);
        steps.put(slot, step);
      }
    } catch (OutOfDeviceMemoryException e) {
      OutOfDeviceMemoryException advised = beside(e, e.bytes());
      onFailure.closeAfter(advised);
      throw advised;
    } catch (RuntimeException e) {
      onFailure.closeAfter(e);
      throw e;
    }
  }

  static CudaTraining open(
      Device device, Network network, Parameters initial, CompileOptions options) {
    CudaDriver driver = device.driver();
    network.parameters().forEach(initial::requireShape);
    CudaPlan plan = CudaPlan.forTraining(device, network, options);
    try (Resources onFailure = new Resources()) {
      CudaStream stream = driver.createStream();
      onFailure.add(stream::close);
      TrainingParameters parameters =
          new TrainingParameters(driver, stream, device.precision(), plan.program(), initial);
      onFailure.add(parameters::close);
      CudaTraining training = new CudaTraining(plan, parameters, stream);
      onFailure.release();
      return training;
    }
  }

  @Override
  public Learner learner() {
    return optimizer;
  }

  @Override
  public double update(UpdateRule rule, double learningRate, double maxGradientNorm) {
    try {
      return LoweredTraining.super.update(rule, learningRate, maxGradientNorm);
    } catch (OutOfDeviceMemoryException e) {
      throw beside(e, optimizer.missingBytes(rule));
    }
  }

  @Override
  public void accumulate() {
    try {
      LoweredTraining.super.accumulate();
    } catch (OutOfDeviceMemoryException e) {
      throw beside(e, e.bytes());
    }
  }

  @Override
  public void follow(double decay) {
    try {
      LoweredTraining.super.follow(decay);
    } catch (OutOfDeviceMemoryException e) {
      throw beside(e, e.bytes());
    }
  }

  @Override
  public DoubleSupplier step(
      Slot slot, UpdateRule rule, double learningRate, double maxGradientNorm) {
    UpdateRule.requireStep(learningRate, maxGradientNorm);
    LearningStep step = steps.get(slot);
    if (step == null) {
      throw new IllegalArgumentException(
          "the slot is not one of this session of " + plan().network().name());
    }
    guard().enter();
    try {
      step.start(rule, learningRate, maxGradientNorm);
    } catch (OutOfDeviceMemoryException e) {
      throw beside(e, optimizer.missingBytes(rule));
    } finally {
      guard().exit();
    }
    return step;
  }

  @Override
  protected void free() {
    try (parameters;
        optimizer) {
      super.free();
    }
  }

  @Override
  public String toString() {
    return plan().toString();
  }
}
