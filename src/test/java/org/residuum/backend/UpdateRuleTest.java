package org.residuum.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers with which an update would make NaN of the parameters are refused. */
final class UpdateRuleTest {
  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-50, Double.MIN_VALUE, Float.MIN_VALUE, Double.NaN, 2})
  void epsilonIsANormalFloat(double epsilon) {
    assertEquals(
        "epsilon must be in 1.1754943508222875E-38..1.0, not " + epsilon,
        refusal(0.9, 0.99, epsilon));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, -0.1, 1.5, Double.NaN})
  void betasAreBelowOne(double beta) {
    assertEquals("beta1 must be at least 0 and below 1, not " + beta, refusal(beta, 0.9, 1e-8));
    assertEquals("beta2 must be at least 0 and below 1, not " + beta, refusal(0.9, beta, 1e-8));
  }

  @Test
  void leastAndZeroAreTaken() {
    assertEquals(0, new UpdateRule.AdamW(0, 0, Float.MIN_NORMAL, 0, false).beta1());
  }

  private static String refusal(double beta1, double beta2, double epsilon) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> new UpdateRule.AdamW(beta1, beta2, epsilon, 0, false))
        .getMessage();
  }
}
