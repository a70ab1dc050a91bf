// The module Backstep.
