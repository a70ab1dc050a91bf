// The module Experiments.
