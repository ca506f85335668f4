select bench.settle(:patient::bigint, 'PB' || lpad(:shop::text, 10, '0'));
